import * as z from 'zod/mini';
import { registryKinds } from '../../names/registry-kinds.ts';

/** An entry of the audit log in the registry table, under the kind `audit`, by time. */
export const AuditRecord = z.object({
  kind: z.literal(registryKinds.audit),
  /** The time and a random part, so that names are in order of time. */
  name: z.string(),
  at: z.string(),
  by: z.string(),
  action: z.string(),
  workflow: z.optional(z.string()),
  subject: z.optional(z.string()),
  settings: z.optional(z.array(z.string())),
  scopes: z.optional(z.array(z.string())),
  workflows: z.optional(z.array(z.string())),
  descendants: z.optional(z.literal(true)),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
