import * as z from 'zod/mini';
import { Cursor, Limit } from './item-list.ts';
import { WorkflowName } from './names.ts';
import { Instant } from './time.ts';

export const AuditAction = z.enum([
  'settings-saved',
  'workflow-removed',
  'token-created',
  'token-revoked',
  'silence-set',
  'silence-ended',
  'incident-acknowledged',
  'redrive-started',
  'redrive-paused',
  'redrive-continued',
  'redrive-aborted',
  'redrive-rate-changed',
  'discard-started',
  'discard-paused',
  'discard-continued',
  'discard-aborted',
  'discard-rate-changed',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** Who did what, or tried to: it is written before anything is done. Never a reason, a token or data. */
export const AuditEntry = z.strictObject({
  at: Instant,
  by: z.string().check(
    z.meta({
      description:
        "A token's id, an IAM ARN, or what else let the caller in; `automatic` of redrives that settings ask for.",
    }),
  ),
  action: AuditAction,
  workflow: z.optional(WorkflowName),
  subject: z
    .optional(z.string())
    .check(z.meta({ description: 'The id of the token, incident, redrive or discard that it was done to.' })),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = z.strictObject({
  workflow: z.optional(WorkflowName),
  limit: z.optional(Limit),
  cursor: z.optional(Cursor),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditReply = z.strictObject({ entries: z.array(AuditEntry), cursor: z.optional(Cursor) });
export type AuditReply = z.infer<typeof AuditReply>;
