import * as z from 'zod/mini';
import { WorkflowName } from './names.ts';
import { NoPath, type OperationContract } from './operation.ts';
import { Cursor, Limit } from './paging.ts';
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

/**
 * An entry of the audit log: who did what, or tried to. It is written before the action, and never contains a reason,
 * a token or data.
 */
export const AuditEntry = z.strictObject({
  at: Instant,
  by: z.string().check(
    z.meta({
      description:
        "Who did it: a token's id, an IAM ARN, `open` for a service without tokens, or `automatic` for automatic redrives.",
    }),
  ),
  action: AuditAction,
  workflow: z.optional(WorkflowName),
  subject: z
    .optional(z.string())
    .check(z.meta({ description: 'The id of the token, incident, redrive or discard concerned.' })),
  scopes: z
    .optional(z.array(z.string()))
    .check(z.meta({ description: 'What the new token may do. Only of token-created.' })),
  workflows: z
    .optional(z.array(z.string()))
    .check(z.meta({ description: 'On which workflows it may do that. Only of token-created.' })),
  descendants: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'Also the tokens that it created. Only of token-revoked.' })),
  settings: z.optional(z.array(z.string())).check(
    z.meta({
      description:
        'The names of the settings that changed, such as `notifications.quiet`. Only of settings-saved.',
    }),
  ),
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

export const listAuditContract = {
  operation: 'list-audit',
  scope: 'read',
  path: NoPath,
  query: AuditQuery,
  replies: { 200: AuditReply },
  problems: ['invalid-cursor'],
} satisfies OperationContract;
