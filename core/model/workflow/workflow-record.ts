import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';
import { WorkflowSettings } from '../../contract/workflow.ts';
import { registryKinds } from '../../names/registry-kinds.ts';

/**
 * A workflow in the registry table. It is never deleted: an item registered at the moment of the deletion would
 * belong to a workflow that the sweep does not know. Removed workflows without items are not shown.
 */
export const WorkflowRecord = z.object({
  kind: z.literal(registryKinds.workflow),
  name: z.string(),
  firstSeenAt: Instant,
  removed: z.optional(z.boolean()),
  settings: z.optional(z.object(WorkflowSettings.shape)),
  /** Partitions of the index for each state, if not the default. The number only grows. */
  shards: z.optional(z.int()),
  /** When the expected registrations were last changed: windows are judged from then on. */
  settingsAt: z.optional(Instant),
  silence: z.optional(z.object({ from: Instant, until: Instant, reason: z.string(), by: z.string() })),
});
export type WorkflowRecord = z.infer<typeof WorkflowRecord>;

export function isSilenced(record: WorkflowRecord | undefined, now: number): boolean {
  return record?.silence !== undefined && now < Date.parse(record.silence.until);
}
