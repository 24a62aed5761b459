import { queuesOf } from '../../aws/items/queues.ts';
import type { StateCount, StateCounts } from '../../aws/items/state-counts.ts';
import type { OpenState } from '../../contract/item.ts';
import { limits } from '../../contract/limits.ts';
import type { ListedWorkflow, Workflow, WorkflowCounts } from '../../contract/workflow.ts';
import { runningSilence } from '../../model/workflow/silence.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';

/** A workflow as callers see it, counted in the index. */
export async function workflowView(
  { items, clock }: Pick<Ports, 'items' | 'clock'>,
  record: WorkflowRecord,
): Promise<Workflow> {
  const counts = await items.byTime.countAll(queuesOf(record.name, record), limits.countedItems);
  return viewOf(record, counts, clock.now());
}

export function viewOf(record: WorkflowRecord, counts: StateCounts, now: number): Workflow {
  const { waiting, overdue, failed, 'not-started': notStarted } = counts;
  const [oldestBreached] = [overdue.first, failed.first, notStarted.first].flatMap((at) => at ?? []).sort();
  return {
    ...uncounted(record, now),
    counts: countsOf(counts),
    ...(waiting.first !== undefined && { nextCheckAt: waiting.first }),
    ...(oldestBreached !== undefined && { oldestBreached }),
  };
}

/** A workflow in lists without counts. */
export function uncounted(record: WorkflowRecord, now: number): Omit<ListedWorkflow, 'counts'> {
  const silence = runningSilence(record.silence, now);
  return {
    workflow: record.name,
    ...record.settings,
    ...(record.shards !== undefined && { shards: record.shards as Workflow['shards'] }),
    firstSeenAt: record.firstSeenAt,
    ...(silence && { silence }),
  };
}

/** Whether the workflow is visible: it was not removed, or has items again. */
export function isShown(record: WorkflowRecord, { counts }: Workflow): boolean {
  return !record.removed || hasItems(counts);
}

export function hasItems({ waiting, overdue, failed, notStarted = 0 }: WorkflowCounts): boolean {
  return waiting !== 0 || overdue !== 0 || failed !== 0 || notStarted !== 0;
}

/** "3"; "10000+" for a count that ends where counting stops. */
export function countText(counts: WorkflowCounts, state: OpenState): string {
  const isAtEnd = counts.capped === true && counts[state] === limits.countedItems;
  return isAtEnd ? `${counts[state]}+` : String(counts[state]);
}

function countsOf({ waiting, overdue, failed, 'not-started': notStarted }: StateCounts): WorkflowCounts {
  const capped = [waiting, overdue, failed, notStarted].some(isCapped);
  return {
    waiting: countOf(waiting),
    overdue: countOf(overdue),
    failed: countOf(failed),
    ...(notStarted.count > 0 && { notStarted: countOf(notStarted) }),
    ...(capped && { capped }),
  };
}

function isCapped({ count, capped }: StateCount): boolean {
  return capped || count > limits.countedItems;
}

function countOf(state: StateCount): number {
  return isCapped(state) ? limits.countedItems : state.count;
}
