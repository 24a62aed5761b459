import * as z from 'zod/mini';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';
import { Instant } from './time.ts';

/** How long after its deadline a canary was found. */
export const CanaryDelay = z.strictObject({ at: Instant, delayMs: z.number() });
export type CanaryDelay = z.infer<typeof CanaryDelay>;

const Check = z.strictObject({
  name: z
    .enum([
      'items table',
      'registry table',
      'scheduler',
      'sweep',
      'canary',
      'expected registrations',
      'dead letters',
      'notification topic',
      'alarm topic',
      'storage',
      'output',
      'webhook',
      'redrive webhook',
    ])
    .check(
      z.meta({
        description:
          'sweep: a sweep ended in the last 5 minutes, and one in the last 5 minutes had time for all workflows. canary: in the last 15 minutes a timer found the canary overdue, an item that nobody completes. expected registrations: the last sweep could judge the registrations of every workflow that expects some. dead letters: no message is in a dead-letter queue. notification topic, alarm topic: the topic exists and has a confirmed subscription; read every 5 minutes. On a laptop only: storage: every store accepts a write. output: somebody reads the output of the service. webhook, redrive webhook: the last post was accepted.',
      }),
    ),
  status: z.enum(['ok', 'failing', 'unknown']).check(
    z.meta({
      description:
        'unknown: no sweep has ended or no canary was found yet, or the warden was down for too long to judge expected registrations, or SNS does not show the topic of another account. The service still counts as healthy.',
    }),
  ),
  tookMs: z.int().check(z.minimum(0)),
  at: z.optional(Instant).check(
    z.meta({
      description:
        'When the last sweep ended, to 5 s; when the last canary was found; when the topic was read.',
    }),
  ),
  unfinishedSince: z
    .optional(Instant)
    .check(z.meta({ description: 'Since when no sweep has had time for all workflows.' })),
  delayMs: z
    .optional(z.number())
    .check(z.meta({ description: 'Milliseconds from the deadline of the last canary until it was found.' })),
  recent: z
    .optional(z.array(CanaryDelay))
    .check(z.meta({ description: 'The last 48 canaries, oldest first: the delays of about 4 hours.' })),
  subscribers: z.optional(z.int()).check(z.meta({ description: 'Confirmed subscriptions of the topic.' })),
  workflows: z
    .optional(z.int())
    .check(
      z.meta({ description: 'How many workflows have expected registrations that could not be judged.' }),
    ),
  failingSince: z
    .optional(Instant)
    .check(z.meta({ description: 'Since when the webhook has accepted no post.' })),
  waiting: z.optional(z.int()).check(z.meta({ description: 'Messages that wait for the webhook.' })),
  queues: z
    .optional(z.array(z.strictObject({ queue: z.string(), messages: z.int().check(z.minimum(1)) })))
    .check(
      z.meta({
        description:
          'Dead-letter queues that have messages. `queue` is the heading in docs/runbook.md that says what to do.',
      }),
    ),
  error: z.optional(z.string()).check(z.meta({ description: "The error's name, never its message." })),
});

export const HealthReply = z.strictObject({ status: z.enum(['ok', 'failing']), checks: z.array(Check) });
export type HealthReply = z.infer<typeof HealthReply>;

export const checkHealthContract = {
  operation: 'check-health',
  scope: 'any',
  path: NoPath,
  query: NoQuery,
  anyQuery: true,
  replies: { 200: HealthReply, 503: HealthReply },
  problems: [],
} satisfies OperationContract;
