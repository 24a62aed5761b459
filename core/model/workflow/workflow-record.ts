import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';
import { WorkflowSettings } from '../../contract/workflow.ts';
import { registryKinds } from '../../names/registry-kinds.ts';

/**
 * A workflow as the registry table keeps it. It is never deleted: an item registered at the moment of a deletion
 * would be in a workflow that the sweep does not know. Removed ones without items are not shown.
 */
export const WorkflowRecord = z.object({
  kind: z.literal(registryKinds.workflow),
  name: z.string(),
  firstSeenAt: Instant,
  removed: z.optional(z.boolean()),
  settings: z.optional(z.object(WorkflowSettings.shape)),
  /** Partitions of the index for each state of its items, if not as many as by default. They only grow. */
  shards: z.optional(z.int()),
  /** When settings were saved last that changed what is expected: it is judged from then on. */
  settingsAt: z.optional(Instant),
  silence: z.optional(z.object({ from: Instant, until: Instant, reason: z.string(), by: z.string() })),
});
export type WorkflowRecord = z.infer<typeof WorkflowRecord>;

export function isSilenced(record: WorkflowRecord | undefined, now: number): boolean {
  return record?.silence !== undefined && now < Date.parse(record.silence.until);
}
