import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';
import { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { registryKinds } from '../../names/registry-kinds.ts';

/**
 * A workflow in the registry table. A removed one stays for a day: an item registered at the moment of the removal, by
 * a function that had just read the workflow, would otherwise belong to a workflow that the sweep does not know. After
 * a day no function has the workflow in its cache any more, and the next registration enters it again (docs/adr/0026).
 * Removed workflows without items are not shown.
 */
export const WorkflowRecord = z.object({
  kind: z.literal(registryKinds.workflow),
  name: z.string(),
  firstSeenAt: Instant,
  removed: z.optional(z.boolean()),
  /** When it was removed. Missing if an earlier version removed it. */
  removedAt: z.optional(Instant),
  settings: z.optional(z.object(WorkflowSettings.shape)),
  /** Counts how often the settings were saved or removed. Missing if only earlier versions did. */
  settingsRevision: z.optional(z.int()),
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
