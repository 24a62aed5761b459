import pLimit from 'p-limit';
import type { ItemsTable } from '../../aws/items/table.ts';
import { type ArmedTimer, sharingGroups, type Timers } from '../../aws/timers.ts';
import type { Clock } from '../../clock.ts';
import { nextLook } from '../../model/item/expiry.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { nextAttempt, type UnarmedItem } from '../../model/redrive/next-attempt.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { PageItem, PageResult } from './page.ts';

/** How many items are written, and how many timers are armed, at the same time. */
const parallel = 32;

export interface StartAttemptsService {
  items: ItemsTable;
  timers: Timers;
  clock: Clock;
  leastTimeoutSeconds: number;
}

interface Planned extends PageItem {
  next: UnarmedItem;
}

/**
 * Starts the next attempts of breached items: arms their timers, one for all items with a next check in the same
 * second, and writes each item on condition that it has not changed. Returns the items that this redrive started: as
 * they are now, and as they were before. Records the outcome of every other item in `result`.
 */
export async function startAttempts(
  service: StartAttemptsService,
  redrive: RedriveRecord,
  ended: readonly PageItem[],
  result: PageResult,
): Promise<{ started: PageItem[]; left: ItemRecord[] }> {
  const { items, clock, timers, leastTimeoutSeconds } = service;
  const planned = ended.map((one) => ({
    ...one,
    next: nextAttempt(one.record, redrive, clock.now(), leastTimeoutSeconds),
  }));
  const armed = await armAll(timers, redrive.workflow, planned, result);
  const left: ItemRecord[] = [];
  const started = await pLimit(parallel).map(planned, async ({ record, data, next }) => {
    const { item, revision } = record;
    const timer = armed.get(item);
    if (timer === undefined) return undefined;
    try {
      const written = { ...next, ...timer, revision: revision + 1 };
      // The write may have succeeded although its reply was lost: as an error, or as a condition that failed for the
      // SDK's retry.
      const isWritten = await items.replace(written, revision).catch((error: Error) => error);
      if (isWritten !== true && !(await isStarted(service, redrive, record))) {
        if (isWritten) throw isWritten;
        result.skipped.add(item);
        return undefined;
      }
      left.push(record);
      // A timer that has fired is already gone.
      if (Date.parse(record.timerAt) > clock.now()) await timers.disarm(record.timer);
      return { record: written, data };
    } catch (error) {
      result.left.set(item, error as Error);
      return undefined;
    }
  });
  return { started: started.filter((one) => one !== undefined), left };
}

/** Whether this redrive has started the attempt after the one in the snapshot. */
async function isStarted(
  { items }: StartAttemptsService,
  redrive: RedriveRecord,
  { workflow, item, attempt }: ItemRecord,
): Promise<boolean> {
  const record = await items.readOpen(workflow, item);
  return record?.redrive === redrive.id && record.attempt === attempt + 1 && record.state === 'waiting';
}

async function armAll(
  timers: Timers,
  workflow: string,
  planned: readonly Planned[],
  result: PageResult,
): Promise<Map<string, ArmedTimer>> {
  const armed = new Map<string, ArmedTimer>();
  const bySecond = Map.groupBy(planned, ({ next }) => Math.ceil(nextLook(next) / 1000) * 1000);
  const groups = [...bySecond].flatMap(([at, sharing]) =>
    sharingGroups(sharing.map(({ record }) => record.item)).map((ids) => ({ at, ids })),
  );
  await pLimit(parallel).map(groups, async ({ at, ids }) => {
    try {
      const timer = await timers.armFor(workflow, ids, at);
      for (const item of ids) armed.set(item, timer);
    } catch (error) {
      for (const item of ids) result.left.set(item, error as Error);
    }
  });
  return armed;
}
