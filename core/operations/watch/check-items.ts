import pLimit from 'p-limit';
import type { WardenState } from '../../aws/registry/warden-state.ts';
import type { Timers } from '../../aws/timers.ts';
import { instant } from '../../contract/time.ts';
import type { TimerMessage } from '../../contract/timer-message.ts';
import type { Log } from '../../log.ts';
import { decideExpiry, hasNotStarted, needsSecondLook, nextLook } from '../../model/item/expiry.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import { heldUntil, passedIn } from '../../model/warden/outage.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { settledAfterMs } from '../../names/clockwork.ts';
import { contended } from '../../problem-error.ts';
import { type AnnounceService, announce } from '../incidents/announce.ts';
import { type Reported, type ReportService, report } from '../incidents/report.ts';
import { mostTries } from '../items/preconditions.ts';
import { isCanary, seeCanary } from './canary.ts';
import { warn } from './warn.ts';

export interface CheckItemsService extends ReportService, AnnounceService {
  timers: Timers;
  state: WardenState;
  log: Log;
  leastTimeoutSeconds: number;
}

/** An item to check, and the timers that asked for it; none if the sweep did. */
export interface DueItem {
  workflow: string;
  item: string;
  timers: readonly TimerMessage[];
}

/** Why items are checked. */
export interface Look {
  caughtBy: 'timer' | 'sweep';
  /** The outage of the warden itself, if one has just ended: items due in it have a grace period. */
  outage: WardenOutage | undefined;
}

/** The result of a check: the item is breached, and how late it was found; or it is late; or nothing. */
type Result = { ended: ItemRecord; delayMs?: number } | { late: ItemRecord } | undefined;

/** How many items, and how many workflows, are processed at the same time. */
const parallel = 16;
const itemsPerRead = 100;

/**
 * Checks items: marks each item still waiting past its deadline as overdue, and reports it. The failure of one item
 * or workflow stops no other (P8). Returns the items that could not be handled, by `itemName`, with the error; they
 * must be checked again.
 *
 * 1. Read the items consistently.
 * 2. If a timer was armed a moment ago and its item does not name it, check the item again once the registration has
 *    finished.
 * 3. Decide by the item alone. Gone: nothing. Deadline moved: arm the next timer. Late: warn. Past its deadline: mark
 *    it overdue; if the item has changed meanwhile, check it again.
 * 4. Report breached items that are not yet reported, workflow by workflow. A repeated timer finds an item that is
 *    marked but not reported, and reports it: a crash between 3 and 4 loses nothing.
 * 5. Notify people of the incidents that this opened. If that fails, the sweep does.
 */
export async function checkItems(
  service: CheckItemsService,
  due: readonly DueItem[],
  look: Look,
): Promise<Map<string, Error>> {
  const { log } = service;
  const failed = new Map<string, Error>();
  const limit = pLimit(parallel);
  const found = await readAll(service, due);
  const ended: ItemRecord[] = [];
  const late: ItemRecord[] = [];
  const delays: number[] = [];
  await limit.map(due, async (one) => {
    const name = itemName(one);
    const record = found.get(name);
    const result =
      record instanceof Error
        ? record
        : await settle(service, one, record, look).catch((error: Error) => error);
    if (result instanceof Error) {
      failed.set(name, result);
    } else if (result && 'late' in result) {
      late.push(result.late);
    } else if (result) {
      ended.push(result.ended);
      if (result.delayMs !== undefined && !isCanary(result.ended)) delays.push(result.delayMs);
    }
  });
  for (const page of pagesOf(delays, 100)) {
    const swept = look.caughtBy === 'sweep' && { CaughtBySweep: page.length };
    log.metrics({ Overdue: page.length, DetectionDelay: page, ...swept });
  }

  const [canaries, items] = [ended.filter(isCanary), ended.filter((record) => !isCanary(record))];
  await limit.map(canaries, (canary) => forItems(failed, [canary], () => seeCanary(service, canary)));
  await limit.map([...byWorkflow(items)], ([workflow, records]) =>
    forItems(failed, records, () => {
      const outage = records.some((record) => passedIn(look.outage, instant(overdueSince(record))))
        ? look.outage
        : undefined;
      const during = outage && { from: outage.from, to: outage.to };
      return tell(service, failed, records, report(service, workflow, records, during));
    }),
  );
  await limit.map([...byWorkflow(late)], ([workflow, records]) =>
    forItems(failed, records, () => tell(service, failed, records, warn(service, workflow, records))),
  );
  return failed;
}

async function readAll(
  { items }: CheckItemsService,
  due: readonly DueItem[],
): Promise<Map<string, ItemRecord | Error>> {
  const found = new Map<string, ItemRecord | Error>();
  await pLimit(parallel).map(pagesOf(due, itemsPerRead), async (page) => {
    const records = await items.readManyOpen(page).catch((error: Error) => error);
    for (const { workflow, item } of page) {
      const name = itemName({ workflow, item });
      const record = records instanceof Error ? records : records.get(name);
      if (record) found.set(name, record);
    }
  });
  return found;
}

async function tell(
  service: CheckItemsService,
  failed: Map<string, Error>,
  records: readonly ItemRecord[],
  reporting: Promise<Reported>,
): Promise<void> {
  const { failed: unreported, opened } = await reporting;
  for (const [name, error] of unreported) failed.set(name, error);
  if (opened) await announce(service, opened, records);
}

/** An error of the call for all of these items is an error of each item. */
async function forItems(
  failed: Map<string, Error>,
  records: readonly ItemRecord[],
  work: () => Promise<void>,
): Promise<void> {
  await work().catch((error: Error) => {
    for (const record of records) failed.set(itemName(record), error);
  });
}

/** Carries out the decision of a check. */
async function settle(
  service: CheckItemsService,
  { workflow, item, timers: messages }: DueItem,
  found: ItemRecord | undefined,
  { caughtBy, outage }: Look,
): Promise<Result> {
  const { items, timers, clock } = service;
  const fired = new Set(messages.map(({ timer }) => timer));
  if (messages.some((message) => needsSecondLook(found, message, clock.now()))) {
    await timers.arm({ workflow, item }, clock.now() + settledAfterMs);
  }
  let seen = found;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const decision = decideExpiry(seen, fired, now);
    if (seen === undefined || decision === 'nothing') return undefined;
    if (decision === 'report') return { ended: seen };
    const neverStarted = now < Date.parse(seen.deadline) && hasNotStarted(seen, now) ? true : undefined;
    const since = overdueSince({ ...seen, neverStarted });
    const held = decision === 'expire' ? heldUntil(outage, instant(since), now) : undefined;
    if (decision === 'expire' && held === undefined) {
      const overdue = await items.expire(seen, instant(now), caughtBy, neverStarted);
      if (overdue) return { ended: overdue, delayMs: now - since };
    } else if (held !== undefined) {
      if (await arm(service, seen, fired, held)) return undefined;
    } else {
      const isLate = decision === 'warn';
      const next = nextLook(isLate ? { ...seen, warnedAt: instant(now) } : seen);
      if (await arm(service, seen, fired, next)) return isLate ? { late: seen } : undefined;
    }
    seen = await items.readOpen(workflow, item);
  }
  throw contended(`item "${item}"`);
}

/** When the item became overdue, noticed or not, in ms since the epoch. */
function overdueSince({
  neverStarted,
  startBy,
  deadline,
}: Pick<ItemRecord, 'neverStarted' | 'startBy' | 'deadline'>): number {
  return Date.parse((neverStarted && startBy) || deadline);
}

/** Makes sure that the item has an armed timer. False if the item has changed since the snapshot. */
async function arm(
  { items, timers, clock, leastTimeoutSeconds }: CheckItemsService,
  seen: ItemRecord,
  fired: ReadonlySet<string>,
  at: number,
): Promise<boolean> {
  const now = clock.now();
  // Its own timer is still armed and will fire in time.
  if (!fired.has(seen.timer) && Date.parse(seen.timerAt) > now && Date.parse(seen.timerAt) <= at) return true;
  // Sources disagree on what Scheduler does with a time that is past on arrival, so avoid it.
  const armed = await timers.arm(seen, Math.max(at, now + leastTimeoutSeconds * 1000));
  return items.recordTimer(seen, armed);
}

function byWorkflow(records: readonly ItemRecord[]): Map<string, ItemRecord[]> {
  return Map.groupBy(records, ({ workflow }) => workflow);
}

function pagesOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, page) =>
    values.slice(page * size, (page + 1) * size),
  );
}
