import pLimit from 'p-limit';
import { type ArmedTimer, sharingGroups, type Timers } from '../../aws/timers.ts';
import { nextCheck } from '../../model/item/expiry.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { nextAttempt, type UnarmedItem } from '../../model/redrive/next-attempt.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { type Outcome, type PageItem, type PageResult, resultOf } from './page.ts';

/** How many items are written, and how many timers are armed, at the same time. */
const parallel = 32;

type Service = Pick<
  Ports,
  'items' | 'registry' | 'timers' | 'clock' | 'leastTimeoutSeconds' | 'areDeliveriesNoted'
>;

interface Planned extends PageItem {
  next: UnarmedItem;
}

/**
 * Starts the next attempts of breached items: arms their timers, one for all items with a next check in the same
 * second, and writes each item on condition that it has not changed. An item is done if this redrive has started it.
 */
export async function startAttempts(
  service: Service,
  redrive: RedriveRecord,
  ended: readonly PageItem[],
): Promise<PageResult<PageItem>> {
  const { clock, timers, leastTimeoutSeconds, areDeliveriesNoted } = service;
  const workflowTimeout = await timeoutOf(service, redrive.workflow);
  const planned = ended.map((one) => ({
    ...one,
    next: nextAttempt(one.record, redrive, clock.now(), {
      leastTimeoutSeconds,
      workflowTimeout,
      areDeliveriesNoted,
    }),
  }));
  const armed = await armAll(timers, redrive.workflow, planned);
  return resultOf(
    await pLimit(parallel).map(planned, async (one) => {
      const { item } = one.record;
      const timer = armed.get(item);
      if (timer === undefined || timer instanceof Error) {
        return [item, { retry: timer ?? new Error('no timer was armed') }] as const;
      }
      const outcome = await startOne(service, redrive, one, timer).catch((retry: Error) => ({ retry }));
      return [item, outcome] as const;
    }),
  );
}

/** If the settings cannot be read, each item keeps its own timeout (P8). */
async function timeoutOf({ registry }: Service, workflow: string): Promise<number | string | undefined> {
  const found = await registry.findOrUnreadable(workflow);
  return found && !('error' in found) ? found.settings?.timeout : undefined;
}

async function startOne(
  service: Service,
  redrive: RedriveRecord,
  { record, data, next }: Planned,
  timer: ArmedTimer,
): Promise<Outcome<PageItem>> {
  const { items, timers, clock } = service;
  const written = { ...next, ...timer, revision: record.revision + 1 };
  // The write may have succeeded although its reply was lost: as an error, or as a condition that failed for the
  // SDK's retry.
  const isWritten = await items.replace(written, record.revision).catch((error: Error) => error);
  if (isWritten !== true && !(await isStarted(service, redrive, record))) {
    if (isWritten) throw isWritten;
    return 'skipped';
  }
  // A timer that has fired is already gone.
  if (Date.parse(record.timerAt) > clock.now()) await timers.disarm(record.timer);
  return { done: { record: written, data } };
}

/** Whether this redrive has started the attempt after the one in the snapshot. */
async function isStarted(
  { items }: Service,
  redrive: RedriveRecord,
  { workflow, item, attempt }: ItemRecord,
): Promise<boolean> {
  const record = await items.readOpen(workflow, item);
  return record?.redrive === redrive.id && record.attempt === attempt + 1 && record.state === 'waiting';
}

/** The timer of each item, or why it could not be armed. */
async function armAll(
  timers: Timers,
  workflow: string,
  planned: readonly Planned[],
): Promise<Map<string, ArmedTimer | Error>> {
  const bySecond = Map.groupBy(planned, ({ next }) => Math.ceil(nextCheck(next) / 1000) * 1000);
  const groups = [...bySecond].flatMap(([at, sharing]) =>
    sharingGroups(sharing.map(({ record }) => record.item)).map((ids) => ({ at, ids })),
  );
  const armed = await pLimit(parallel).map(groups, async ({ at, ids }) => {
    const timer = await timers.armFor(workflow, ids, at).catch((error: Error) => error);
    return ids.map((item) => [item, timer] as const);
  });
  return new Map(armed.flat());
}
