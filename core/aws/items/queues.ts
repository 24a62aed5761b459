import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { RegistryTable } from '../registry/workflows.ts';
import { defaultQueueShards, mostQueueShards } from './keys.ts';

/** A workflow, and how many partitions its index has for each state. */
export interface Queues {
  workflow: string;
  shards: number;
}

/**
 * The queues of a workflow by its record. If the record cannot be read or is missing, the maximum number is assumed:
 * no item may be skipped (P1).
 */
export function queuesOf(workflow: string, record: WorkflowRecord | undefined): Queues {
  return { workflow, shards: record ? (record.shards ?? defaultQueueShards) : mostQueueShards };
}

/**
 * The queues of a workflow as the registry has them now, read consistently: their number only grows, and an unknown
 * queue would be skipped.
 */
export async function readQueues(registry: RegistryTable, workflow: string): Promise<Queues> {
  const found = await registry.readOrUnreadable(workflow);
  // A registration enters the workflow first, so a workflow that is not there has no items.
  if (found === undefined) return { workflow, shards: defaultQueueShards };
  return queuesOf(workflow, 'error' in found ? undefined : found);
}
