import pLimit from 'p-limit';
import { instant } from '../../contract/time.ts';
import { errorFields } from '../../log.ts';
import { overdueSince } from '../../model/item/expiry.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import { passedIn } from '../../model/warden/outage.ts';
import { isShadowLateWhenMarked } from '../../model/workflow/shadow-timeout.ts';
import { pagesOf } from '../../pages-of.ts';
import type { Ports } from '../../ports.ts';
import type { Announcer } from '../incidents/announcer.ts';
import { report } from '../incidents/report.ts';
import { checkCanary, isCanary } from './canary.ts';
import { type Checked, type CheckReason, checkItem, type DueItem } from './check-item.ts';
import { failuresOf, reportByWorkflow } from './report-by-workflow.ts';
import { findRestart } from './restart-grace.ts';
import { warn, warnOfStuck } from './warn.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'state'
  | 'timers'
  | 'itemEvents'
  | 'notifications'
  | 'budget'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
>;

/** How many items, and how many workflows, are processed at the same time. */
const parallel = 16;
const itemsPerRead = 100;
/** Items that are marked before they are reported: people must not wait until thousands are marked. */
const itemsPerPage = 100;
const delaysPerMetric = 100;

/**
 * Checks items: marks each item still waiting past its deadline as overdue, and reports it. The failure of one item
 * or workflow stops no other (P8). Returns the items that could not be handled, by `itemName`, with the error; they
 * must be checked again.
 *
 * 1. Read the items consistently.
 * 2. If a timer was armed a moment ago and its item does not name it, check the item again once the registration has
 *    finished.
 * 3. Decide by the item alone (`decideExpiry`) and carry out the decision (`checkItem`): an item past its deadline is
 *    marked overdue, unless it changes meanwhile.
 * 4. Report breached items that are not yet reported, workflow by workflow. A repeated timer finds an item that is
 *    marked but not reported, and reports it: a crash between 3 and 4 loses nothing.
 * 5. Leave it to the announcer to notify people.
 */
export async function checkItems(
  service: Service,
  due: readonly DueItem[],
  reason: CheckReason,
  announcer: Announcer,
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  for (const page of pagesOf(due, itemsPerPage)) {
    for (const [name, error] of await checkPage(service, page, reason, announcer)) failed.set(name, error);
    if (reason.caughtBy === 'timer') await announcer.announceDue();
  }
  return failed;
}

async function checkPage(
  service: Service,
  due: readonly DueItem[],
  reason: CheckReason,
  announcer: Announcer,
): Promise<Map<string, Error>> {
  const restart = await findRestart(service);
  const found = await readAll(service, due);
  const checked = await pLimit(parallel).map(due, (one) => {
    const record = found.get(itemName(one));
    if (record instanceof Error) return record;
    return checkItem(service, one, record, { ...reason, restart }).catch((error: Error) => error);
  });
  const uncheckable = due.flatMap((one, index): [string, Error][] => {
    const result = checked[index];
    return result instanceof Error ? [[itemName(one), result]] : [];
  });
  const results = checked.flatMap((result) => (result && !(result instanceof Error) ? [result] : []));
  recordDelays(service, results, reason);

  const breached = results.flatMap((result) => ('breached' in result ? [result.breached] : []));
  const late = results.flatMap((result) => ('late' in result ? [result.late] : []));
  const stuck = results.flatMap((result) => ('stuck' in result ? [result.stuck] : []));
  const canaries = await pLimit(parallel).map(breached.filter(isCanary), (canary) =>
    failuresOf([canary], async () => {
      await checkCanary(service, canary);
      return new Map();
    }),
  );
  const items = breached.filter((record) => !isCanary(record));
  const announces = reason.caughtBy === 'timer';
  const unreported = await reportByWorkflow(announcer, items, (workflow, records) =>
    report(service, workflow, records, { outage: reasonOf(records, reason), announces }),
  );
  const unwarned = await reportByWorkflow(announcer, late, (workflow, records) =>
    warn(service, workflow, records),
  );
  const unstuck = await reportByWorkflow(announcer, stuck, (workflow, records) =>
    warnOfStuck(service, workflow, records),
  );
  // This comes last, because nothing waits for figures.
  await countOverdue(service, results);
  return new Map([
    ...uncheckable,
    ...canaries.flatMap((one) => [...one]),
    ...unreported,
    ...unwarned,
    ...unstuck,
  ]);
}

async function readAll(
  { items }: Service,
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

/** Counts the items that were marked overdue in the statistics of their workflows. A canary does not count. */
async function countOverdue(
  { registry, statistics, log }: Service,
  results: readonly Checked[],
): Promise<void> {
  const marked = results.flatMap((result) =>
    result && 'breached' in result && result.isMarkedNow && !isCanary(result.breached)
      ? [result.breached]
      : [],
  );
  for (const [workflow, records] of Map.groupBy(marked, (record) => record.workflow)) {
    const found = await registry.findOrUnreadable(workflow).catch((error: Error) => {
      log.error('settings cannot be read, so no shadowTimeout is counted', {
        workflow,
        ...errorFields(error),
      });
      return undefined;
    });
    const settings = found && !('error' in found) ? found.settings : undefined;
    const shadowLate = records.filter((record) => isShadowLateWhenMarked(settings, record)).length;
    const counts = { overdue: records.length, ...(shadowLate > 0 && { shadowLate }) };
    statistics.count(workflow, { counts });
  }
}

/** Records how many items were marked overdue, and how late each was found. A canary does not count. */
function recordDelays({ log }: Service, results: readonly Checked[], { caughtBy }: CheckReason): void {
  const delays = results.flatMap((result) =>
    result && 'breached' in result && !isCanary(result.breached) ? (result.delayMs ?? []) : [],
  );
  for (const page of pagesOf(delays, delaysPerMetric)) {
    const swept = caughtBy === 'sweep' && { CaughtBySweep: page.length };
    log.metrics({ Overdue: page.length, DetectionDelay: page, ...swept });
  }
}

/** The outage of the warden, if one of these items became overdue in it. */
function reasonOf(records: readonly ItemRecord[], { outage }: CheckReason) {
  const isReason = records.some((record) => passedIn(outage, instant(overdueSince(record))));
  return outage && isReason ? { from: outage.from, to: outage.to } : undefined;
}
