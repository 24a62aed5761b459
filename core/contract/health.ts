import * as z from 'zod/mini';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';
import { Instant } from './time.ts';

const Check = z.strictObject({
  name: z.enum(['items table', 'registry table', 'scheduler', 'sweep', 'canary']).check(
    z.meta({
      description:
        'sweep: one came to its end in the last 5 minutes. canary: an item that nobody completes was found overdue by its timer in the last 15 minutes.',
    }),
  ),
  status: z
    .enum(['ok', 'failing', 'unknown'])
    .check(z.meta({ description: 'unknown: there was no sweep, or no canary, yet. That fails nothing.' })),
  tookMs: z.int().check(z.minimum(0)),
  at: z
    .optional(Instant)
    .check(z.meta({ description: 'When the last sweep ended, up to 5 s old; when a canary was seen last.' })),
  delayMs: z
    .optional(z.number())
    .check(
      z.meta({ description: 'Milliseconds from the deadline of the last canary to when it was found.' }),
    ),
  error: z.optional(z.string()).check(z.meta({ description: "The error's name, never its text." })),
});

export const HealthReply = z.strictObject({ status: z.enum(['ok', 'failing']), checks: z.array(Check) });
export type HealthReply = z.infer<typeof HealthReply>;

export const checkHealthContract = {
  operation: 'check-health',
  scope: 'any',
  path: NoPath,
  query: NoQuery,
  replies: { 200: HealthReply, 503: HealthReply },
  problems: [],
} satisfies OperationContract;
