import { limits } from '../contract/limits.ts';
import { instant, timeoutMs } from '../contract/time.ts';
import { ProblemError } from '../problem-error.ts';

interface DeadlineInput {
  timeout?: number | string | undefined;
  deadline?: string | undefined;
}

/**
 * The deadline asked for, in ms since the epoch; undefined when none was.
 * Throws a 422 problem for both at once, and for one outside now + leastTimeoutSeconds … now + 366 days.
 */
export function deadlineOf(
  input: DeadlineInput,
  now: number,
  leastTimeoutSeconds: number,
): number | undefined {
  const allowed =
    `allowed is ${leastTimeoutSeconds} seconds to ${limits.longestTimeoutSeconds} seconds (366 days) from now: ` +
    `${instant(now + leastTimeoutSeconds * 1000)} to ${instant(now + limits.longestTimeoutSeconds * 1000)}`;
  if (input.timeout !== undefined && input.deadline !== undefined) {
    throw new ProblemError('deadline-ambiguous', `give a timeout or a deadline, not both; ${allowed}`, {
      errors: [
        { path: 'timeout', message: 'given together with deadline' },
        { path: 'deadline', message: 'given together with timeout' },
      ],
    });
  }
  const path = input.timeout === undefined ? 'deadline' : 'timeout';
  const deadline = askedFor(input, now);
  if (deadline === undefined) return undefined;
  const least = now + leastTimeoutSeconds * 1000;
  const most = now + limits.longestTimeoutSeconds * 1000;
  if (deadline >= least && deadline <= most) return deadline;
  const fault = deadline <= now ? 'in the past' : deadline < least ? 'too near' : 'too far';
  throw new ProblemError('deadline-out-of-range', `the ${path} ${input[path]} is ${fault}; ${allowed}`, {
    errors: [{ path, message: `${fault}; ${allowed}` }],
  });
}

function askedFor(input: DeadlineInput, now: number): number | undefined {
  if (input.deadline !== undefined) return Date.parse(input.deadline);
  const timeout = input.timeout === undefined ? undefined : timeoutMs(input.timeout);
  return timeout === undefined ? undefined : now + timeout;
}

/** Like deadlineOf, but none given is a 422 problem too. */
export function requiredDeadline(input: DeadlineInput, now: number, leastTimeoutSeconds: number): number {
  const deadline = deadlineOf(input, now, leastTimeoutSeconds);
  if (deadline !== undefined) return deadline;
  throw new ProblemError(
    'deadline-missing',
    'give a timeout (seconds or ISO 8601 duration) or a deadline (ISO 8601 instant), or set a timeout for the workflow',
    { errors: [{ path: 'timeout', message: 'missing' }] },
  );
}
