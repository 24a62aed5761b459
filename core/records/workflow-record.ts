import * as z from 'zod/mini';
import { Instant } from '../contract/time.ts';
import { WorkflowSettings } from '../contract/workflow.ts';

/**
 * A workflow as the registry table keeps it. It is never deleted: an item registered at the moment of a deletion
 * would be in a workflow that the sweep does not know. Removed ones without items are not shown.
 */
export const WorkflowRecord = z.object({
  kind: z.literal('workflow'),
  name: z.string(),
  firstSeenAt: Instant,
  removed: z.optional(z.boolean()),
  settings: z.optional(z.object(WorkflowSettings.shape)),
});
export type WorkflowRecord = z.infer<typeof WorkflowRecord>;
