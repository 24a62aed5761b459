import { daysText } from '../../contract/days-text.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import { ProblemError } from '../../problem-error.ts';

interface DeadlineInput {
  timeout?: number | string | undefined;
  deadline?: string | undefined;
}

/**
 * When a request was made, in ms since the epoch. The request is handled as if it had arrived then. A caller that had
 * to keep it gets the requested deadline, even if that has passed.
 */
export function madeAt({ age = 0 }: { age?: number | undefined }, arrived: number): number {
  return arrived - Math.round(age * 1000);
}

/**
 * The requested deadline, in ms since the epoch; undefined if there is none. Throws a 422 problem for both a timeout
 * and a deadline, and for a deadline outside now + leastTimeoutSeconds … now + longestTimeoutSeconds.
 *
 * @param now when the request was made, in ms since the epoch
 */
export function deadlineOf(
  input: DeadlineInput,
  now: number,
  leastTimeoutSeconds: number,
): number | undefined {
  const allowed =
    `allowed is ${leastTimeoutSeconds} ${leastTimeoutSeconds === 1 ? 'second' : 'seconds'} to ${limits.longestTimeoutSeconds} seconds (${daysText(limits.longestTimeoutSeconds)}) from now: ` +
    `${instant(now + leastTimeoutSeconds * 1000)} to ${instant(now + limits.longestTimeoutSeconds * 1000)}`;
  if (input.timeout !== undefined && input.deadline !== undefined) {
    throw new ProblemError('deadline-ambiguous', `send either a timeout or a deadline; ${allowed}`, {
      errors: [
        { path: 'timeout', message: 'not allowed together with deadline' },
        { path: 'deadline', message: 'not allowed together with timeout' },
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

/** The checks of an item before its deadline, as its record stores them. */
export interface EarlyChecks {
  startBy?: string | undefined;
  warnAfterMs?: number | undefined;
  stuckAfterMs?: number | undefined;
}

/**
 * When the first step must be reached and when to warn. Throws a 422 problem if a time in the request is not before
 * the deadline; a time from the workflow's settings that is not before the deadline is ignored. `stuckAfter` may be longer
 * than the first timeout, because heartbeats move the deadline.
 *
 * @param deadline ms since the epoch
 */
export function earlyChecks(
  request: {
    startBy?: number | string | undefined;
    step?: string | undefined;
    warnAfter?: number | string | undefined;
    stuckAfter?: number | string | undefined;
  },
  settings: { warnAfter?: number | string | undefined; stuckAfter?: number | string | undefined } | undefined,
  now: number,
  deadline: number,
): EarlyChecks {
  const startBy = startByOf(request, now, deadline);
  const warnAfter = request.warnAfter ?? settings?.warnAfter;
  const warnAfterMs = warnAfter === undefined ? undefined : timeoutMs(warnAfter);
  if (request.warnAfter !== undefined && !isBetween(now, now + (warnAfterMs ?? 0), deadline)) {
    throw notBeforeDeadline('warnAfter', request.warnAfter, deadline);
  }
  const warns = warnAfterMs !== undefined && isBetween(now, now + warnAfterMs, deadline);
  return {
    ...(startBy !== undefined && { startBy: instant(startBy) }),
    ...(warns && { warnAfterMs }),
    ...stuckAfterOf(request.stuckAfter ?? settings?.stuckAfter),
  };
}

function stuckAfterOf(stuckAfter: number | string | undefined): Pick<EarlyChecks, 'stuckAfterMs'> {
  const stuckAfterMs = stuckAfter === undefined ? undefined : timeoutMs(stuckAfter);
  if (stuckAfterMs === undefined) return {};
  if (stuckAfterMs > 0 && stuckAfterMs <= limits.longestTimeoutSeconds * 1000) return { stuckAfterMs };
  const allowed = `must be more than 0 to ${limits.longestTimeoutSeconds} seconds (${daysText(limits.longestTimeoutSeconds)}); received ${stuckAfter}`;
  throw new ProblemError('duration-out-of-range', `stuckAfter ${allowed}`, {
    errors: [{ path: 'stuckAfter', message: allowed }],
  });
}

function startByOf(
  { startBy, step }: { startBy?: number | string | undefined; step?: string | undefined },
  now: number,
  deadline: number,
): number | undefined {
  if (startBy === undefined) return undefined;
  if (step !== undefined) {
    throw new ProblemError(
      'start-by-ambiguous',
      'startBy waits for the first step, so leave out either startBy or step',
      {
        errors: [{ path: 'step', message: 'not allowed together with startBy' }],
      },
    );
  }
  const ms = timeoutMs(startBy);
  const at = ms === undefined ? Date.parse(String(startBy)) : now + ms;
  if (!isBetween(now, at, deadline)) throw notBeforeDeadline('startBy', startBy, deadline);
  return at;
}

function isBetween(now: number, at: number, deadline: number): boolean {
  return at > now && at < deadline;
}

function notBeforeDeadline(path: string, value: number | string, deadline: number): ProblemError {
  const allowed = `must be after now and before the deadline, ${instant(deadline)}; received ${value}`;
  return new ProblemError('deadline-out-of-range', `${path} ${allowed}`, {
    errors: [{ path, message: allowed }],
  });
}

function askedFor(input: DeadlineInput, now: number): number | undefined {
  if (input.deadline !== undefined) return Date.parse(input.deadline);
  const timeout = input.timeout === undefined ? undefined : timeoutMs(input.timeout);
  return timeout === undefined ? undefined : now + timeout;
}

/** Like `deadlineOf`, but throws a 422 problem if there is no deadline. */
export function requiredDeadline(input: DeadlineInput, now: number, leastTimeoutSeconds: number): number {
  const deadline = deadlineOf(input, now, leastTimeoutSeconds);
  if (deadline !== undefined) return deadline;
  throw new ProblemError(
    'deadline-missing',
    'send a timeout (seconds or an ISO 8601 duration) or a deadline (an ISO 8601 instant), or set a timeout for the workflow',
    { errors: [{ path: 'timeout', message: 'missing' }] },
  );
}
