import { instant } from '../../contract/time.ts';
import type { TimerMessage } from '../../contract/timer-message.ts';
import { decideExpiry, isTimerInTime, needsSecondCheck } from '../../model/item/expiry.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { lostAfterMs, settledAfterMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';

type Service = Pick<Ports, 'items' | 'timers' | 'clock' | 'leastTimeoutSeconds'>;

/** An item to check, and the timers that asked for it; none if the sweep did. */
export interface DueItem {
  workflow: string;
  item: string;
  timers: readonly TimerMessage[];
}

/** Why items are checked. */
export interface CheckReason {
  caughtBy: 'timer' | 'sweep';
  /** The outage of the warden itself, if one has just ended: items due in it have a grace period. */
  outage: WardenOutage | undefined;
}

/** Why an item that is due is not marked overdue yet. */
export interface Graces {
  outage: WardenOutage | undefined;
  restart: WardenOutage | undefined;
}

/**
 * The result for a checked item: it is breached, with whether it was marked overdue just now and how late that was; or
 * it is late or stuck; or there is nothing to report.
 */
export type Checked =
  | { breached: ItemRecord; isMarkedNow?: true; delayMs?: number }
  | { late: ItemRecord }
  | { stuck: ItemRecord }
  | undefined;

/**
 * Carries out the decision of `decideExpiry` for the item in the snapshot. If the item changes meanwhile, it is read
 * and decided again.
 */
export async function checkItem(
  service: Service,
  { workflow, item, timers: messages }: DueItem,
  found: ItemRecord | undefined,
  { caughtBy, outage, restart }: CheckReason & Graces,
): Promise<Checked> {
  const { items, timers, clock } = service;
  const fired = new Set(messages.map(({ timer }) => timer));
  if (messages.some((message) => needsSecondCheck(found, message, clock.now()))) {
    await timers.arm({ workflow, item }, clock.now() + settledAfterMs);
  }
  let seen = found;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const decision = decideExpiry(seen, fired, outage, now, restart);
    if (seen === undefined || decision.do === 'nothing') return undefined;
    switch (decision.do) {
      case 'report':
        return { breached: seen };
      case 'arm':
      case 'hold':
        if (await keepTimer(service, seen, fired, decision.at)) return undefined;
        break;
      case 'warn':
      case 'warn-stuck': {
        // The message of a timer comes again if people cannot be warned. Items that the sweep found must be checked
        // again.
        const next = caughtBy === 'sweep' ? Math.min(decision.next, now + lostAfterMs) : decision.next;
        if (await keepTimer(service, seen, fired, next))
          return decision.do === 'warn' ? { late: seen } : { stuck: seen };
        break;
      }
      case 'expire': {
        const overdue = await items.expire(seen, instant(now), caughtBy, decision.neverStarted);
        // The delay is that of timers; items that were not started in time have none for their deadline.
        const isTimed = seen.state === 'waiting';
        if (overdue)
          return { breached: overdue, isMarkedNow: true, ...(isTimed && { delayMs: now - decision.since }) };
      }
    }
    seen = await items.readOpen(workflow, item);
  }
  throw contended(`item "${item}"`);
}

/** Makes sure that the item has an armed timer. False if the item has changed since the snapshot. */
async function keepTimer(
  { items, timers, clock, leastTimeoutSeconds }: Service,
  seen: ItemRecord,
  fired: ReadonlySet<string>,
  at: number,
): Promise<boolean> {
  const now = clock.now();
  if (isTimerInTime(seen, fired, at, now)) return true;
  // Sources disagree on what Scheduler does with a time that is past on arrival, so avoid it.
  const armed = await timers.arm(seen, Math.max(at, now + leastTimeoutSeconds * 1000));
  return items.recordTimer(seen, armed);
}
