import * as z from 'zod/mini';
import { registryKinds } from '../../names/registry-kinds.ts';

/** Who did what, as the registry table keeps it under kind `audit`, by time. */
export const AuditRecord = z.object({
  kind: z.literal(registryKinds.audit),
  /** The time and something random, so that names order by time. */
  name: z.string(),
  at: z.string(),
  by: z.string(),
  action: z.string(),
  workflow: z.optional(z.string()),
  subject: z.optional(z.string()),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
