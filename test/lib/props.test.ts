import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { expect, test } from 'vitest';
import { outageAfterMs } from '../../core/names/clockwork.ts';
import type { ProcessWardenProps } from '../../lib/props.ts';
import { validateProps } from '../../lib/validate-props.ts';
import { synthesise, synthesiseChanged, synthesisePlain } from './synth.ts';

const minutes = Duration.minutes;

test.each<[unknown, string]>([
  [{ alertEmails: ['nobody'] }, 'alertEmails must be e-mail addresses, received "nobody"'],
  [{ alertEmails: ['a@b', 'a@b'] }, 'alertEmails must be each address once, received ["a@b","a@b"]'],
  [{ apis: [] }, "apis must be 'iam', 'token' or both, received []"],
  [{ apis: ['rest'] }, "apis must be 'iam', 'token' or both, received [\"rest\"]"],
  [{ apis: ['iam', 'iam'] }, 'apis must be'],
  [
    { corsOrigins: ['example.com'] },
    'corsOrigins must be origins such as https://example.com, without a path, or *',
  ],
  [{ corsOrigins: ['https://example.com/'] }, 'received "https://example.com/"'],
  [
    { throttling: { rateLimit: 0, burstLimit: 1 } },
    'throttling.rateLimit must be a whole number from 1 to 100000',
  ],
  [{ throttling: { rateLimit: 1, burstLimit: 1.5 } }, 'throttling.burstLimit must be'],
  [{ sweepInterval: Duration.seconds(30) }, 'sweepInterval must be 1 or 2 minutes, received "30 seconds"'],
  [{ sweepInterval: minutes(3) }, 'sweepInterval must be'],
  [{ sweepInterval: Duration.seconds(90) }, 'sweepInterval must be'],
  [{ checkTimersConcurrency: 1 }, 'checkTimersConcurrency must be a whole number from 2 to 1000, received 1'],
  [{ checkTimersConcurrency: 1_001 }, 'checkTimersConcurrency must be'],
  [{ checkTimersConcurrency: 2.5 }, 'checkTimersConcurrency must be'],
  [{ workflowLimit: 0 }, 'workflowLimit must be a whole number from 1 to 1000000, received 0'],
  [{ workflowLimit: 1.5 }, 'workflowLimit must be'],
  [{ reservedConcurrency: { list: 5 } }, 'reservedConcurrency must be register, progress, complete'],
  [{ reservedConcurrency: { sweep: 1 } }, 'reservedConcurrency.sweep must be a whole number from 2 to 1000'],
  [
    { reservedConcurrency: { 'check-timers': 29 }, checkTimersConcurrency: 30 },
    'reservedConcurrency.check-timers must be a whole number from 30 to 1000, received 29',
  ],
  [{ logRetention: 2 }, 'logRetention must be a member of RetentionDays, received 2'],
  [
    { removalPolicy: RemovalPolicy.SNAPSHOT },
    'removalPolicy must be RemovalPolicy.RETAIN or RemovalPolicy.DESTROY',
  ],
])('%j is refused', (props, message) => {
  expect(() => validateProps(props as ProcessWardenProps)).toThrow(message);
});

test.each<ProcessWardenProps>([
  {},
  { alertEmails: ['a@example.com'], apis: ['token', 'iam'], corsOrigins: ['*', 'http://localhost:3000'] },
  { throttling: { rateLimit: 1, burstLimit: 100_000 }, sweepInterval: minutes(2) },
  { checkTimersConcurrency: 2 },
  { checkTimersConcurrency: 1_000 },
  { workflowLimit: 1_000_000, reservedConcurrency: { 'check-timers': 20, register: 1 } },
  { logRetention: RetentionDays.INFINITE, removalPolicy: RemovalPolicy.DESTROY, xray: true },
])('%j is taken', (props) => {
  expect(() => validateProps(props)).not.toThrow();
});

test('with every allowed interval one missing sweep is no outage of the warden', () => {
  const longest = Math.max(...[1, 2, 3, 4, 5].filter((every) => isTaken({ sweepInterval: minutes(every) })));
  // A sweep takes up to a minute, and records at its end that it ran.
  expect((2 * longest + 1) * 60_000).toBeLessThanOrEqual(outageAfterMs);
});

function isTaken(props: ProcessWardenProps): boolean {
  try {
    validateProps(props);
    return true;
  } catch {
    return false;
  }
}

test('the construct validates its properties', () => {
  expect(() => synthesise({ apis: [] })).toThrow('apis must be');
});

test.each([
  ['1 minute, as by default,', 'rate(1 minute)', synthesisePlain],
  ['2 minutes', 'rate(2 minutes)', synthesiseChanged],
])('a sweep every %s is %s', (_, expression, synthesised) => {
  const schedules = synthesised().resources('AWS::Scheduler::Schedule');
  const [, sweep] = Object.entries(schedules).find(([id]) => id.includes('Sweep')) ?? [];
  expect(sweep?.Properties.ScheduleExpression).toBe(expression);
});
