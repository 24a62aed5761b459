import * as z from 'zod/mini';
import { DryRun } from './dry-run.ts';
import { BreachedFilter } from './item-filter.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { MostItems, Note, Redrive } from './redrive.ts';
import { RedriveId } from './time-ordered-id.ts';

/** The first request of a discard: a dry run, which returns what would be removed and a token. */
export const DiscardDryRun = z.strictObject({
  ...BreachedFilter.shape,
  limit: z.optional(MostItems),
  note: z.optional(Note),
  dryRun: z
    .literal(true)
    .check(z.meta({ description: 'Return what the discard would remove, and a token. With filters.' })),
});

/** The second request of a discard: it sends the token of the dry run. */
export const DiscardConfirmation = z.strictObject({
  token: RedriveId.check(z.meta({ description: 'The token of the dry run to carry out. The only member.' })),
});

/** One of the two requests, as callers send them. */
export const DiscardRequest = z.union([DiscardDryRun, DiscardConfirmation]);

/** Both requests parsed by one schema, so that an error names a member instead of two schemas that do not match. */
const DiscardBody = z
  .strictObject({
    ...DiscardDryRun.shape,
    dryRun: z.optional(DiscardDryRun.shape.dryRun),
    token: z.optional(DiscardConfirmation.shape.token),
  })
  .check(
    z.refine(
      (request) => (request.token === undefined ? request.dryRun : Object.keys(request).length === 1),
      {
        path: ['token'],
        error:
          'must be the token of a dry run and the only member; to make a dry run, send dryRun: true and filters instead',
      },
    ),
  );
export type DiscardBody = z.infer<typeof DiscardBody>;

export const discardContract = {
  operation: 'discard',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: DiscardBody,
  documentedBody: DiscardRequest,
  replies: { 200: DryRun, 202: Redrive },
  problems: ['workflow-not-found', 'redrive-not-found', 'dry-run-too-old', 'too-many-redrives'],
} satisfies OperationContract;
