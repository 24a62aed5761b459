import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** The HTTP APIs: callers sign with IAM credentials, or send a bearer token. */
export const apiKinds = ['iam', 'token'] as const;
export type ApiKind = (typeof apiKinds)[number];

export interface Throttling {
  /** Requests a second that each API accepts on average. */
  readonly rateLimit: number;
  /** Requests that each API accepts at once. */
  readonly burstLimit: number;
}

export interface PagerDutyProps {
  /** A secret whose text is the routing key (32 characters) of an Events API v2 integration. */
  readonly routingKey: ISecret;
  /**
   * The endpoint that receives the events.
   *
   * @default https://events.pagerduty.com/v2/enqueue; for service regions in the EU it is https://events.eu.pagerduty.com/v2/enqueue
   */
  readonly endpoint?: string;
}

export interface SlackProps {
  /** A secret whose text is the URL of an incoming webhook. */
  readonly webhookUrl: ISecret;
}

/** The functions for which Lambda concurrency can be reserved. */
export const reservableFunctions = [
  'register',
  'progress',
  'complete',
  'batch',
  'check-timers',
  'sweep',
  'authorize',
] as const;

/** Reserved invocations at the same time, by function. */
export type ReservedConcurrency = {
  readonly [Name in (typeof reservableFunctions)[number]]?: number | undefined;
};

export interface ProcessWardenProps {
  /**
   * E-mail addresses that receive notifications and alarms. Each must confirm two subscriptions.
   *
   * @default - none; subscribe to `notificationTopic` and `alarmTopic` yourself
   */
  readonly alertEmails?: readonly string[];

  /**
   * The address at which people reach the service, such as a custom domain of the token API: https, without a path.
   * Notifications then have links and commands to copy.
   *
   * @default - none; notifications have paths instead
   */
  readonly consoleUrl?: string;

  /**
   * Whether the token API serves the console at `/console`: a page without data, which asks for a token.
   *
   * @default true
   */
  readonly console?: boolean;

  /**
   * Whether to create a topic for Amazon Q Developer in chat applications, which shows notifications in Slack,
   * Microsoft Teams or Amazon Chime: custom notifications, with a thread for each incident.
   *
   * @default false
   */
  readonly chat?: boolean;

  /**
   * Sends every notification to PagerDuty: an incident is one alert there, which is resolved when the incident is
   * resolved.
   *
   * @default - none
   */
  readonly pagerDuty?: PagerDutyProps;

  /**
   * Posts every notification to an incoming webhook of Slack.
   *
   * @default - none
   */
  readonly slack?: SlackProps;

  /**
   * The HTTP APIs, which call the same functions.
   *
   * @default ['iam', 'token']
   */
  readonly apis?: readonly ApiKind[];

  /**
   * Whether operations on items are also accepted from a queue, to which rules of EventBridge can send events.
   *
   * @default false
   */
  readonly ingest?: boolean;

  /**
   * Origins of web pages that may call the APIs: `https://host`, `http://localhost:port`, or `*` for any.
   *
   * @default - none; no CORS
   */
  readonly corsOrigins?: readonly string[];

  /**
   * Requests that each API accepts before it answers 429.
   *
   * @default - 1000 a second, 2000 at once
   */
  readonly throttling?: Throttling;

  /**
   * How often the sweep looks for lost timers and advances incidents: every minute or every second minute. Five
   * minutes without a sweep count as an outage of the warden itself.
   *
   * @default Duration.minutes(1)
   */
  readonly sweepInterval?: Duration;

  /**
   * How many invocations of check-timers may handle fired timers at the same time, from 2 to 1000. Each takes up to
   * 100 timers and counts towards the account's Lambda concurrency. docs/performance.md says how long a storm takes.
   *
   * @default 20
   */
  readonly checkTimersConcurrency?: number;

  /**
   * Lambda concurrency that is reserved for functions, so that a flood of other requests cannot use up the concurrency
   * of the account. A function cannot use more than its reserve. `check-timers` needs at least
   * `checkTimersConcurrency`, `sweep` at least 2. At least 100 of the account's concurrency must stay unreserved.
   *
   * @default - none is reserved
   */
  readonly reservedConcurrency?: ReservedConcurrency;

  /**
   * Whether to create alarms about the warden itself.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Whether to create a dashboard.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * How many workflows registrations may create, from 1 to 1000000. A registration in an existing workflow is never
   * refused for this, and people can always create workflows by saving their settings.
   *
   * @default 1000
   */
  readonly workflowLimit?: number;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to items, registry, timers and logs when they are removed from the stack: RETAIN or DESTROY. RETAIN
   * also protects the tables from deletion by hand.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * An existing topic for notifications.
   *
   * @default - a new one
   */
  readonly notificationTopic?: ITopic;

  /**
   * An existing topic for item events.
   *
   * @default - a new one
   */
  readonly itemEventTopic?: ITopic;

  /**
   * An existing topic for resumed items. Its messages contain their data.
   *
   * @default - a new one
   */
  readonly redriveTopic?: ITopic;

  /**
   * An existing topic for alarms. Its policy must let `cloudwatch.amazonaws.com` publish to it.
   *
   * @default - a new one
   */
  readonly alarmTopic?: ITopic;

  /**
   * Whether X-Ray traces the functions, at extra cost.
   *
   * @default false
   */
  readonly xray?: boolean;

  /**
   * The folder of the built functions, one folder each.
   *
   * @default - dist/functions of this package
   */
  readonly bundles?: string;
}
