import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { RegistryTable } from '../registry/workflows.ts';
import { defaultQueueShards, mostQueueShards } from './keys.ts';

/** A workflow, and how many partitions its index has for each state. */
export interface Queues {
  workflow: string;
  shards: number;
}

/**
 * The queues of a workflow by its record. A record that cannot be read, or is not at hand, says nothing of them, so then they
 * are as many as there can be: no item may be passed over (P1).
 */
export function queuesOf(workflow: string, record: WorkflowRecord | undefined): Queues {
  return { workflow, shards: record ? (record.shards ?? defaultQueueShards) : mostQueueShards };
}

/** The queues of a workflow as the registry has them now: they only grow, and one that is not known would be passed over. */
export async function readQueues(registry: RegistryTable, workflow: string): Promise<Queues> {
  const found = await registry.readOrUnreadable(workflow);
  // Whoever registers an item enters its workflow first, so one that is not there has no items.
  if (found === undefined) return { workflow, shards: defaultQueueShards };
  return queuesOf(workflow, 'error' in found ? undefined : found);
}
