import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { printable } from './names.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Instant, InstantInput } from './time.ts';

export const SilenceRequest = z.strictObject({
  until: InstantInput.check(
    z.meta({
      description: 'When it ends: ISO 8601 with `Z` or an offset, after now and at most 30 days ahead.',
    }),
  ),
  reason: printable(1, limits.reasonCharacters),
});
export type SilenceRequest = z.infer<typeof SilenceRequest>;

export const Silence = z
  .strictObject({
    from: Instant.check(z.meta({ description: 'Since when nothing is sent.' })),
    until: Instant.check(z.meta({ description: 'When it ends.' })),
    reason: z.string(),
    by: z.string().check(z.meta({ description: 'The id of the token that set it, or who else did.' })),
  })
  .check(z.meta({ description: 'While it lasts, nobody is told of the incidents of the workflow.' }));
export type Silence = z.infer<typeof Silence>;

export const silenceWorkflowContract = {
  operation: 'silence-workflow',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: SilenceRequest,
  replies: { 200: Silence },
  problems: ['silence-out-of-range'],
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
