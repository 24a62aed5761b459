import * as z from 'zod/mini';
import { isTimeZone } from './time-zone.ts';
import { object, oneOf, state, text, wholeNumber } from './wire-types.ts';

const queueArn = text.check(
  z.regex(
    /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]{1,80}$/,
    'must be the ARN of a standard SQS queue: this emulator sends to nothing else',
  ),
);
const roleArn = text.check(
  z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "must be a role's ARN"),
);
const maximumInputBytes = 256 * 1024;
const retryDefaults = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

const target = object({
  Arn: queueArn,
  RoleArn: roleArn,
  DeadLetterConfig: z.optional(object({ Arn: z.optional(queueArn) })),
  RetryPolicy: z._default(
    object({
      MaximumEventAgeInSeconds: z._default(wholeNumber(60, 86_400), retryDefaults.MaximumEventAgeInSeconds),
      MaximumRetryAttempts: z._default(wholeNumber(0, 185), retryDefaults.MaximumRetryAttempts),
    }),
    retryDefaults,
  ),
  Input: z.optional(
    text.check(
      z.minLength(1, 'must not be empty'),
      z.refine((input) => Buffer.byteLength(input) <= maximumInputBytes, 'must be at most 256 KB'),
    ),
  ),
});

const flexibleTimeWindow = object({
  Mode: oneOf(['OFF', 'FLEXIBLE']),
  MaximumWindowInMinutes: z.optional(wholeNumber(1, 1440)),
}).check(
  z.refine(
    (window) => (window.Mode === 'FLEXIBLE') === (window.MaximumWindowInMinutes !== undefined),
    'must have MaximumWindowInMinutes when Mode is FLEXIBLE, and only then',
  ),
);

/** The definition of a schedule, as stored: the body of CreateSchedule without its token, with defaults. */
export const scheduleDefinition = object({
  ScheduleExpression: text.check(z.minLength(1), z.maxLength(256)),
  ScheduleExpressionTimezone: z._default(
    text.check(z.maxLength(50), z.refine(isTimeZone, 'is not a time zone')),
    'UTC',
  ),
  Target: target,
  FlexibleTimeWindow: flexibleTimeWindow,
  ActionAfterCompletion: z._default(oneOf(['NONE', 'DELETE']), 'NONE'),
  State: z._default(state, 'ENABLED'),
  Description: z.optional(text.check(z.maxLength(512, 'must be at most 512 characters'))),
  KmsKeyArn: z.optional(text),
  /** Epoch seconds; AWS ignores both for one-off schedules. */
  StartDate: z.optional(z.number()),
  EndDate: z.optional(z.number()),
});
export type ScheduleDefinition = z.infer<typeof scheduleDefinition>;

/**
 * A stored definition. It was checked when it was stored. A second check could make a schedule unusable, for example if
 * a newer Node no longer knows its time zone.
 */
export const storedDefinition = (json: string) => JSON.parse(json) as ScheduleDefinition;
