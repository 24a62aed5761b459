import { ItemsIndex } from '../../aws/items/index.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import type { Clock } from '../../clock.ts';
import type { ItemState } from '../../contract/item.ts';
import { limits } from '../../contract/limits.ts';
import type { Workflow, WorkflowCounts } from '../../contract/workflow.ts';
import { queueOf, shards } from '../../model/item/item-record.ts';
import { runningSilence } from '../../model/workflow/silence.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';

export interface WorkflowViewService {
  items: ItemsTable;
  clock: Clock;
}

/** A workflow as callers see it, counted in the index. */
export async function workflowView(
  { items, clock }: WorkflowViewService,
  record: WorkflowRecord,
): Promise<Workflow> {
  const index = new ItemsIndex(items);
  const [waiting, overdue, failed] = await Promise.all([
    stateOf(index, record.name, 'waiting'),
    stateOf(index, record.name, 'overdue'),
    stateOf(index, record.name, 'failed'),
  ]);
  const oldestDeadline = [waiting, overdue, failed]
    .flatMap(({ oldest }) => (oldest === undefined ? [] : [oldest]))
    .sort()
    .at(0);
  const silence = runningSilence(record.silence, clock.now());
  return {
    workflow: record.name,
    ...record.settings,
    firstSeenAt: record.firstSeenAt,
    ...(silence && { silence }),
    counts: {
      waiting: waiting.count,
      overdue: overdue.count,
      failed: failed.count,
      ...((waiting.capped || overdue.capped || failed.capped) && { capped: true }),
    },
    ...(oldestDeadline !== undefined && { oldestDeadline }),
  };
}

/** Whether anyone should see the workflow: it was not removed, or it has items again. */
export function isShown(record: WorkflowRecord, { counts }: Workflow): boolean {
  return !record.removed || hasItems(counts);
}

export function hasItems({ waiting, overdue, failed }: WorkflowCounts): boolean {
  return waiting !== 0 || overdue !== 0 || failed !== 0;
}

async function stateOf(
  index: ItemsIndex,
  workflow: string,
  state: ItemState,
): Promise<{ count: number; capped: boolean; oldest: string | undefined }> {
  const queues = Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard));
  // Items spread evenly over the shards, so an eighth each tells "many" without reading eight times as much.
  const mostOfShard = Math.ceil((limits.countedItems / shards) * 1.25);
  const counts = await Promise.all(queues.map((queue) => index.count(queue, mostOfShard)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const capped = total >= limits.countedItems || counts.some((count) => count >= mostOfShard);
  const oldest = await Promise.all(
    queues.filter((_, shard) => counts[shard]).map((queue) => index.oldestDeadline(queue)),
  );
  return {
    count: capped ? limits.countedItems : total,
    capped,
    oldest: oldest
      .flatMap((deadline) => deadline ?? [])
      .sort()
      .at(0),
  };
}
