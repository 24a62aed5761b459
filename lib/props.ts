import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { slowestSweepEveryMs, sweepEveryMs } from '../core/names/clockwork.ts';
import { workflowLimits } from '../core/names/workflow-limit.ts';

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
   * The endpoint that takes the events.
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
   * Whether there is a topic for Amazon Q Developer in chat applications, which shows notifications in Slack, Microsoft
   * Teams or Amazon Chime. Its messages are custom notifications, in a thread for each incident.
   *
   * @default false
   */
  readonly chat?: boolean;

  /**
   * Sends every notification to PagerDuty: an incident is one alert, and resolved there when it is resolved here.
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
   * Lambda concurrency that is reserved for functions, so that a flood of other requests cannot use up the account's.
   * It is also the most that the function can use. Of `check-timers` at least `checkTimersConcurrency`, of `sweep` at
   * least 2. The account must have 100 more than all that is reserved in it.
   *
   * @default - none is reserved
   */
  readonly reservedConcurrency?: ReservedConcurrency;

  /**
   * Whether there are alarms about the warden itself.
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * Whether there is a dashboard.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * How many workflows there may be before a registration creates no more, from 1 to 1000000. A registration in a
   * workflow that exists is never refused, and workflows can always be created with their settings.
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

/** Throws an Error that names the first invalid property, its value, and what is allowed. */
export function validateProps(props: ProcessWardenProps): void {
  const {
    alertEmails = [],
    apis,
    consoleUrl,
    pagerDuty,
    corsOrigins,
    throttling,
    sweepInterval,
    checkTimersConcurrency,
    workflowLimit,
    reservedConcurrency = {},
    logRetention,
    removalPolicy,
  } = props;
  for (const address of alertEmails) {
    check(
      'alertEmails',
      address,
      Token.isUnresolved(address) || /^[^\s@]+@[^\s@]+$/.test(address),
      'e-mail addresses',
    );
  }
  check('alertEmails', alertEmails, new Set(alertEmails).size === alertEmails.length, 'each address once');
  if (apis) {
    const known = apis.every((api) => apiKinds.includes(api)) && new Set(apis).size === apis.length;
    check('apis', apis, known && apis.length > 0, "'iam', 'token' or both");
  }
  for (const [name, url] of [
    ['consoleUrl', consoleUrl],
    ['pagerDuty.endpoint', pagerDuty?.endpoint],
  ] as const) {
    const parsed = url === undefined || Token.isUnresolved(url) ? undefined : URL.parse(url);
    const isAddress = parsed?.protocol === 'https:' && (name !== 'consoleUrl' || parsed.origin === url);
    const allowed = url === undefined || Token.isUnresolved(url) || isAddress;
    const form = 'https://example.com';
    check(
      name,
      url,
      allowed,
      name === 'consoleUrl' ? `an address such as ${form}, without a path` : 'an https URL',
    );
  }
  for (const origin of corsOrigins ?? []) {
    const allowed = Token.isUnresolved(origin) || origin === '*' || URL.parse(origin)?.origin === origin;
    check('corsOrigins', origin, allowed, 'origins such as https://example.com, without a path, or *');
  }
  for (const [name, value] of Object.entries(throttling ?? {})) {
    check(`throttling.${name}`, value, isWhole(value, 1, 100_000), 'a whole number from 1 to 100000');
  }
  if (sweepInterval) {
    const ms = sweepInterval.toMilliseconds();
    check(
      'sweepInterval',
      sweepInterval.toHumanString(),
      [sweepEveryMs, slowestSweepEveryMs].includes(ms),
      '1 or 2 minutes',
    );
  }
  if (checkTimersConcurrency !== undefined) {
    // The limits of Lambda for the event source mapping of a queue.
    const inRange = isWhole(checkTimersConcurrency, 2, 1_000);
    check('checkTimersConcurrency', checkTimersConcurrency, inRange, 'a whole number from 2 to 1000');
  }
  for (const [name, reserved] of Object.entries(reservedConcurrency)) {
    if (reserved === undefined) continue;
    const known = reservableFunctions.find((one) => one === name);
    check('reservedConcurrency', name, known !== undefined, reservableFunctions.join(', '));
    const least = known ? leastReserved(known, checkTimersConcurrency) : 1;
    const allowed = `a whole number from ${least} to 1000`;
    check(`reservedConcurrency.${name}`, reserved, isWhole(reserved, least, 1_000), allowed);
  }
  if (workflowLimit !== undefined) {
    const inRange = isWhole(workflowLimit, 1, workflowLimits.most);
    check('workflowLimit', workflowLimit, inRange, `a whole number from 1 to ${workflowLimits.most}`);
  }
  if (logRetention !== undefined) {
    check('logRetention', logRetention, logRetention in RetentionDays, 'a member of RetentionDays');
  }
  if (removalPolicy !== undefined) {
    const allowed = [RemovalPolicy.RETAIN, RemovalPolicy.DESTROY].includes(removalPolicy);
    check('removalPolicy', removalPolicy, allowed, 'RemovalPolicy.RETAIN or RemovalPolicy.DESTROY');
  }
}

/** check-timers is throttled if its queue invokes it more often than it may run; two sweeps can overlap. */
function leastReserved(name: keyof ReservedConcurrency, checkTimersConcurrency = 20): number {
  if (name === 'sweep') return 2;
  return name === 'check-timers' && !Token.isUnresolved(checkTimersConcurrency) ? checkTimersConcurrency : 1;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most);
}

function check(name: string, received: unknown, valid: boolean, allowed: string): void {
  if (!valid) throw new Error(`${name} must be ${allowed}, received ${JSON.stringify(received)}`);
}
