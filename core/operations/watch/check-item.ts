import type { ItemsTable } from '../../aws/items/table.ts';
import type { Timers } from '../../aws/timers.ts';
import type { Clock } from '../../clock.ts';
import { instant } from '../../contract/time.ts';
import type { TimerMessage } from '../../contract/timer-message.ts';
import { decideExpiry, isTimerInTime, needsSecondLook } from '../../model/item/expiry.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { settledAfterMs } from '../../names/clockwork.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';

export interface CheckItemService {
  items: ItemsTable;
  timers: Timers;
  clock: Clock;
  leastTimeoutSeconds: number;
}

/** An item that is to be checked, and the timers that say so: none when the sweep does. */
export interface DueItem {
  workflow: string;
  item: string;
  timers: readonly TimerMessage[];
}

/** Why items are checked. */
export interface Look {
  caughtBy: 'timer' | 'sweep';
  /** Of the warden itself, if there was one a moment ago: what passed its deadline in it is held for a while. */
  outage: WardenOutage | undefined;
}

/**
 * What is to be reported of an item that was checked: it is overdue or failed, and if it was marked overdue just now,
 * how late that was; or it is late; or nothing.
 */
export type Checked = { breached: ItemRecord; delayMs?: number } | { late: ItemRecord } | undefined;

/**
 * Carries out what `decideExpiry` asks for, given the item as it was found. When the item changes meanwhile it is read and
 * decided again.
 */
export async function checkItem(
  service: CheckItemService,
  { workflow, item, timers: messages }: DueItem,
  found: ItemRecord | undefined,
  { caughtBy, outage }: Look,
): Promise<Checked> {
  const { items, timers, clock } = service;
  const fired = new Set(messages.map(({ timer }) => timer));
  if (messages.some((message) => needsSecondLook(found, message, clock.now()))) {
    await timers.arm({ workflow, item }, clock.now() + settledAfterMs);
  }
  let seen = found;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const decision = decideExpiry(seen, fired, outage, now);
    if (seen === undefined || decision.do === 'nothing') return undefined;
    switch (decision.do) {
      case 'report':
        return { breached: seen };
      case 'arm':
      case 'hold':
        if (await keepTimer(service, seen, fired, decision.at)) return undefined;
        break;
      case 'warn':
        if (await keepTimer(service, seen, fired, decision.next)) return { late: seen };
        break;
      case 'expire': {
        const overdue = await items.expire(seen, instant(now), caughtBy, decision.neverStarted);
        if (overdue) return { breached: overdue, delayMs: now - decision.since };
      }
    }
    seen = await items.readOpen(workflow, item);
  }
  throw contended(`item "${item}"`);
}

/** Sees to it that the item has a timer to come. False when it has changed since it was seen. */
async function keepTimer(
  { items, timers, clock, leastTimeoutSeconds }: CheckItemService,
  seen: ItemRecord,
  fired: ReadonlySet<string>,
  at: number,
): Promise<boolean> {
  const now = clock.now();
  if (isTimerInTime(seen, fired, at, now)) return true;
  // Sources conflict on what Scheduler does with a time that is past when it gets there: stay clear of it.
  const armed = await timers.arm(seen, Math.max(at, now + leastTimeoutSeconds * 1000));
  return items.recordTimer(seen, armed);
}
