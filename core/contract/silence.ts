import * as z from 'zod/mini';
import { daysText } from './days-text.ts';
import { limits } from './limits.ts';
import { printable } from './names.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Instant, InstantInput } from './time.ts';

export const SilenceRequest = z.strictObject({
  until: InstantInput.check(
    z.meta({
      description: `When the silence ends: ISO 8601 with \`Z\` or an offset, after now and at most ${daysText(limits.longestSilenceSeconds)} ahead.`,
    }),
  ),
  reason: printable(1, limits.reasonCharacters),
  create: z
    .optional(z.boolean())
    .check(
      z.meta({ description: 'Create the workflow if there is none, for a silence ahead of its first item.' }),
    ),
});
export type SilenceRequest = z.infer<typeof SilenceRequest>;

export const Silence = z
  .strictObject({
    from: Instant.check(z.meta({ description: 'When the silence began.' })),
    until: Instant.check(z.meta({ description: 'When the silence ends.' })),
    reason: z.string(),
    by: z.string().check(z.meta({ description: 'Who set the silence: the id of a token, or an IAM ARN.' })),
  })
  .check(z.meta({ description: 'During a silence no notifications of the workflow are sent.' }));
export type Silence = z.infer<typeof Silence>;

export const silenceWorkflowContract = {
  operation: 'silence-workflow',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: SilenceRequest,
  replies: { 200: Silence },
  problems: ['workflow-not-found', 'silence-out-of-range'],
} satisfies OperationContract;

export const endSilenceContract = {
  operation: 'end-silence',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  replies: { 204: null },
  problems: ['workflow-not-found'],
} satisfies OperationContract;
