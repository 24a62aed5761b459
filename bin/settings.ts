import type { Node } from 'constructs';
import * as z from 'zod/mini';

/** The key of cdk.json's context, or of `cdk --context`, that holds the settings of a deployment. */
export const settingsKey = 'process-warden';

const email = z.string().check(z.regex(/^[^\s@]+@[^\s@]+$/));
const topicArn = z.string().check(z.regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/));
const secretArn = z.string().check(z.regex(/^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/));
const requests = z.int().check(z.minimum(1), z.maximum(100_000));
const concurrency = z.int().check(z.minimum(1), z.maximum(1_000));
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const Settings = z.strictObject({
  stackName: z.optional(z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/))),
  alertEmails: z.optional(z.array(email)),
  consoleUrl: z.optional(z.string().check(z.regex(/^https:\/\/[^/]+$/))),
  chat: z.optional(z.boolean()),
  pagerDutySecretArn: z.optional(secretArn),
  slackSecretArn: z.optional(secretArn),
  apis: z.optional(z.array(z.enum(['iam', 'token'])).check(z.minLength(1))),
  ingest: z.optional(z.boolean()),
  corsOrigins: z.optional(z.array(z.string().check(z.minLength(1)))),
  throttling: z.optional(z.strictObject({ rateLimit: requests, burstLimit: requests })),
  sweepIntervalMinutes: z.optional(z.literal([1, 2])),
  checkTimersConcurrency: z.optional(z.int().check(z.minimum(2), z.maximum(1_000))),
  reservedConcurrency: z.optional(
    z.strictObject({
      register: z.optional(concurrency),
      progress: z.optional(concurrency),
      complete: z.optional(concurrency),
      batch: z.optional(concurrency),
      'check-timers': z.optional(concurrency),
      sweep: z.optional(concurrency),
      authorize: z.optional(concurrency),
    }),
  ),
  alarms: z.optional(z.boolean()),
  dashboard: z.optional(z.boolean()),
  workflowLimit: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
  logRetentionDays: z.optional(z.literal(retentions)),
  removalPolicy: z.optional(z.enum(['retain', 'destroy'])),
  notificationTopicArn: z.optional(topicArn),
  itemEventTopicArn: z.optional(topicArn),
  redriveTopicArn: z.optional(topicArn),
  alarmTopicArn: z.optional(topicArn),
  xray: z.optional(z.boolean()),
});
export type Settings = z.infer<typeof Settings>;

const allowed: Record<keyof Settings, string> = {
  stackName: 'up to 128 letters, digits and hyphens, a letter first',
  alertEmails: 'a list of e-mail addresses',
  consoleUrl: 'an https address without a path, such as "https://warden.example.com"',
  chat: 'true or false',
  pagerDutySecretArn: 'the full ARN of a secret that has the routing key',
  slackSecretArn: 'the full ARN of a secret that has the URL of the webhook',
  apis: '["iam"], ["token"] or ["iam", "token"]',
  ingest: 'true or false',
  corsOrigins: 'a list of origins such as "https://example.com"',
  throttling: '{"rateLimit": …, "burstLimit": …}, whole numbers from 1 to 100000',
  sweepIntervalMinutes: '1 or 2',
  checkTimersConcurrency: 'a whole number from 2 to 1000',
  reservedConcurrency:
    '{"check-timers": …}: whole numbers from 1 to 1000 for register, progress, complete, batch, check-timers, sweep, authorize',
  alarms: 'true or false',
  dashboard: 'true or false',
  workflowLimit: 'a whole number from 1 to 1000000',
  logRetentionDays: `one of ${retentions.join(', ')}`,
  removalPolicy: '"retain" or "destroy"',
  notificationTopicArn: 'the ARN of an SNS topic',
  itemEventTopicArn: 'the ARN of an SNS topic',
  redriveTopicArn: 'the ARN of an SNS topic',
  alarmTopicArn: 'the ARN of an SNS topic',
  xray: 'true or false',
};

/** Throws one error that names every unknown or invalid setting, with its value and what is allowed. */
export function readSettings(node: Node): Settings {
  const given = fromText(node.tryGetContext(settingsKey) ?? {});
  const parsed = z.safeParse(Settings, given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, given));
  throw new Error(`context "${settingsKey}" is not valid: ${[...new Set(faults)].join('; ')}`);
}

/** `--context process-warden='{"xray": true}'` arrives as text. */
function fromText(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch (cause) {
    throw new Error(`context "${settingsKey}" must be a JSON object, received ${given}`, { cause });
  }
}

function faultsOf(issue: z.core.$ZodIssue, given: unknown): string[] {
  const name = issue.path[0] as keyof Settings | undefined;
  if (name !== undefined) {
    const received = JSON.stringify((given as Record<string, unknown>)[name]);
    return [`${name} must be ${allowed[name]}, received ${received}`];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `there is no setting ${key}; allowed are ${Object.keys(allowed).join(', ')}`,
    );
  }
  return [`it must be an object, received ${JSON.stringify(given)}`];
}
