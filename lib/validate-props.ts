import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { slowestSweepEveryMs, sweepEveryMs } from '../core/names/clockwork.ts';
import { workflowLimits } from '../core/names/workflow-limit.ts';
import { apiKinds, type ProcessWardenProps, type ReservedConcurrency, reservableFunctions } from './props.ts';

/** Throws an Error that names the first invalid property, its value, and the allowed values. */
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
