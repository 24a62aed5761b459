import { receiptOf } from '../../aws/items/table.ts';
import type { RegistryTable } from '../../aws/registry/workflows.ts';
import type { CompleteReply } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import { type ItemRecord, isOpen, isResumed } from '../../model/item/item-record.ts';
import { completionOf, earlyReceipt, isOver, type Receipt } from '../../model/item/receipt.ts';
import { receiptMs } from '../../model/workflow/receipts.ts';
import { isShadowLateWhenCompleted } from '../../model/workflow/shadow-timeout.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { countOutcomes } from '../incidents/count-outcomes.ts';
import { reportOne } from '../incidents/report.ts';
import { checkPreconditions, itemNotFound, mostTries, type Preconditions } from './preconditions.ts';

type Service = Pick<
  Ports,
  'items' | 'registry' | 'incidents' | 'outcomes' | 'statistics' | 'timers' | 'itemEvents' | 'clock'
>;

export interface CompleteInput {
  workflow: string;
  item: string;
  only: Preconditions;
}

/** When the item is completed and when its receipt expires; undefined if the workflow keeps no receipts. */
type Kept = { completedAt: string; expiresAt: number } | undefined;

/**
 * Ends the watch of an item, erases its data and leaves a receipt. One conditional write decides between completion
 * and expiry (P2).
 *
 * A breached item is completed late or, before its deadline, recovered: it is not completed before people are notified
 * of it (P3), its event is published, and its incident counts it. A repeated completion returns the first reply, from
 * the receipt (P4). A run that is completed before it is registered also leaves a receipt, which its registration then
 * finds.
 *
 * Throws a 404 problem if there is no such item and no run is named, a 412 problem if the item is in another attempt
 * or run.
 */
export async function complete(
  service: Service,
  { workflow, item, only }: CompleteInput,
): Promise<CompleteReply> {
  const { items, registry, timers, clock } = service;
  const settings = await settingsOf(registry, workflow);
  const keptMs = receiptMs(settings?.receipts);
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const kept = keptMs === 0 ? undefined : receiptOf(now, keptMs);
    const ended = await items.end({ workflow, item }, only, kept);
    if (ended) {
      await timers.disarm(ended.timer);
      if (isResumed(ended)) await countOutcomes(service.outcomes, [ended], 'redriven');
      return counted(service, settings, ended, completionOf(ended, instant(now)));
    }
    const seen = await items.read(workflow, item);
    if (seen === undefined || !isOpen(seen)) {
      const reply = await answerByReceipt(service, { workflow, item, only }, seen, kept, keptMs);
      if (reply) return reply;
      continue;
    }
    checkPreconditions(seen, only);
    if (seen.state === 'waiting') continue;
    if (seen.reportedAt === undefined) {
      // The item was marked but not reported yet; after a crash nobody else may report it.
      await reportOne(service, seen);
    } else if (await completeBreached(service, seen, kept, now)) {
      return counted(service, settings, seen, completionOf(seen, instant(now)));
    }
  }
  throw contended(`item "${item}"`);
}

/** Counts the end of an attempt in the statistics. */
function counted(
  { statistics }: Service,
  settings: WorkflowSettings | undefined,
  record: ItemRecord,
  completion: CompleteReply,
): CompleteReply {
  const { outcome, tookMs } = completion;
  const name = { 'on-time': 'onTime', late: 'late', recovered: 'recovered', early: undefined }[outcome];
  const shadowLate = isShadowLateWhenCompleted(settings, record, tookMs) ? 1 : undefined;
  if (name !== undefined) {
    const counts = { [name]: 1, ...(shadowLate && { shadowLate }) };
    statistics.count(record.workflow, { counts, tookMs: [tookMs] });
  }
  return completion;
}

/**
 * If the workflow's record cannot be read, the defaults apply: the sweep reports the record, and its items can be
 * completed (P8).
 */
async function settingsOf(registry: RegistryTable, workflow: string): Promise<WorkflowSettings | undefined> {
  const found = await registry.findOrUnreadable(workflow);
  return found && !('error' in found) ? found.settings : undefined;
}

/**
 * The reply if there is no open item. Undefined if the receipt changed meanwhile.
 *
 * A completion without a run, or of the run or attempt of the receipt, is a repeat. A completion of another run comes
 * before its registration, unless that run is over.
 */
async function answerByReceipt(
  { items }: Service,
  { workflow, item, only }: CompleteInput,
  seen: Receipt | undefined,
  kept: Kept,
  keptMs: number,
): Promise<CompleteReply | undefined> {
  const { run, attempt } = only;
  const isRepeat = seen && (run === undefined || run === seen.run);
  const isEarly = run !== undefined && attempt === undefined && !(seen && isOver(seen, run));
  if (isRepeat || (seen && !isEarly)) {
    checkPreconditions(seen, only);
    return completionOf(seen, seen.completedAt);
  }
  if (!isEarly || kept === undefined) throw itemNotFound(workflow, item, keptMs);
  const receipt = earlyReceipt({ workflow, item, run }, seen, kept);
  const isKept = await (seen ? items.replace(receipt, seen.revision) : items.insert(receipt));
  return isKept ? completionOf(receipt, receipt.completedAt) : undefined;
}

/**
 * Publishes the event before the item is completed: after a crash in between, nobody could publish it, because the item
 * would be gone.
 */
async function completeBreached(
  { items, timers, itemEvents, outcomes }: Service,
  seen: ItemRecord,
  kept: Kept,
  now: number,
): Promise<boolean> {
  const isLate = completionOf(seen, instant(now)).outcome === 'late';
  const event = itemEvent(isLate ? 'item.late' : 'item.recovered', seen, instant(now));
  const refused = await itemEvents.publish([event]);
  for (const error of refused.values()) throw error;
  if (!(await items.end(seen, { revision: seen.revision }, kept))) return false;
  await timers.disarm(seen.timer);
  await countOutcomes(outcomes, [seen], isLate ? 'completedLate' : 'recovered');
  return true;
}
