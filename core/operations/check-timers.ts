import pLimit from 'p-limit';
import type { ItemsTable } from '../aws/items-table.ts';
import type { Notifications } from '../aws/notifications.ts';
import type { Timers } from '../aws/timers.ts';
import type { Clock } from '../clock.ts';
import { instant } from '../contract/time.ts';
import type { TimerMessage } from '../contract/timer-message.ts';
import type { Log } from '../log.ts';
import { contended } from '../problem-error.ts';
import { type ItemRecord, primaryKey } from '../records/item-record.ts';
import { decideExpiry, needsSecondLook, settledAfterMs } from '../rules/expiry.ts';
import { mostTries } from './preconditions.ts';
import { report } from './report.ts';

export interface CheckTimersService {
  items: ItemsTable;
  timers: Timers;
  notifications: Notifications;
  clock: Clock;
  log: Log;
  leastTimeoutSeconds: number;
}

interface FiredItem {
  pk: string;
  workflow: string;
  item: string;
  messages: readonly TimerMessage[];
}

/** Items, and workflows, that are worked on at once. */
const parallel = 16;
const itemsPerRead = 100;

/**
 * Handles timers that have fired: an item that is still waiting past its deadline is marked overdue and reported.
 * Answers which items could not be handled, and why, by primary key; their timers must be handled again. One item's
 * or workflow's failure is no other's (P8).
 *
 * 1. Read the items consistently.
 * 2. If a timer was armed a moment ago and its item does not name it, have another look when whoever armed it is done.
 * 3. Decide by the item alone: gone → nothing; deadline moved → arm the next timer; past → mark it overdue, unless
 *    the item changes meanwhile, then look again.
 * 4. Report what is overdue or failed and not yet reported, workflow by workflow. A repeated timer finds an item
 *    that is marked but not reported, and reports it: a crash between 3 and 4 loses nothing.
 */
export async function checkTimers(
  service: CheckTimersService,
  messages: readonly TimerMessage[],
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  const limit = pLimit(parallel);
  const fired = groupByItem(messages);

  const found = new Map<string, ItemRecord | Error>();
  await limit.map(pagesOf(fired, itemsPerRead), async (page) => {
    const records = await service.items.readMany(page).catch((error: Error) => error);
    for (const { pk } of page) {
      const record = records instanceof Error ? records : records.get(pk);
      if (record) found.set(pk, record);
    }
  });

  const ended: ItemRecord[] = [];
  const delays: number[] = [];
  await limit.map(fired, async (one) => {
    const record = found.get(one.pk);
    const result =
      record instanceof Error
        ? record
        : await settle(service, one, record, delays).catch((error: Error) => error);
    if (result instanceof Error) failed.set(one.pk, result);
    else if (result) ended.push(result);
  });

  for (const page of pagesOf(delays, 100))
    service.log.metrics({ Overdue: page.length, DetectionDelay: page });

  await limit.map([...Map.groupBy(ended, (record) => record.workflow)], async ([workflow, records]) => {
    for (const [pk, error] of await report(service, workflow, records)) failed.set(pk, error);
  });
  return failed;
}

/**
 * Carries out what the item's fired timers ask for. Gives the record when it is to be reported.
 *
 * @param delays gets the milliseconds from deadline to now when the item is marked overdue here
 */
async function settle(
  { items, timers, clock, leastTimeoutSeconds }: CheckTimersService,
  { workflow, item, messages }: FiredItem,
  found: ItemRecord | undefined,
  delays: number[],
): Promise<ItemRecord | undefined> {
  const fired = new Set(messages.map(({ timer }) => timer));
  if (messages.some((message) => needsSecondLook(found, message, clock.now()))) {
    await timers.arm({ workflow, item }, clock.now() + settledAfterMs);
  }
  let seen = found;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const decision = decideExpiry(seen, fired, now);
    if (seen === undefined || decision === 'nothing') return undefined;
    if (decision === 'report') return seen;
    if (decision === 'expire') {
      const overdue = await items.expire(seen, instant(now), 'timer');
      if (overdue) {
        delays.push(now - Date.parse(overdue.deadline));
        return overdue;
      }
    } else {
      // Sources conflict on what Scheduler does with a time that is past when it gets there: stay clear of it.
      const at = Math.max(Date.parse(seen.deadline), now + leastTimeoutSeconds * 1000);
      const { timer, timerAt } = await timers.arm({ workflow, item }, at);
      if (await items.recordTimer(seen, timer, timerAt)) return undefined;
    }
    seen = await items.read(workflow, item);
  }
  throw contended(`item "${item}"`);
}

function groupByItem(messages: readonly TimerMessage[]): FiredItem[] {
  const items = Map.groupBy(messages, ({ workflow, item }) => primaryKey(workflow, item));
  return [...items].flatMap(([pk, same]) => {
    const first = same[0];
    return first ? [{ pk, workflow: first.workflow, item: first.item, messages: same }] : [];
  });
}

function pagesOf<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, page) =>
    values.slice(page * size, (page + 1) * size),
  );
}
