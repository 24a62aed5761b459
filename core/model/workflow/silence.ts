import { limits } from '../../contract/limits.ts';
import type { Silence, SilenceRequest } from '../../contract/silence.ts';
import { instant } from '../../contract/time.ts';
import { ProblemError } from '../../problem-error.ts';

/** The silence of a workflow's record while it has not ended. */
export function runningSilence(silence: Silence | undefined, now: number): Silence | undefined {
  return silence !== undefined && now < Date.parse(silence.until) ? silence : undefined;
}

/**
 * The silence that is asked for. It goes on from one that is running, and is that very one if it says the same (P4).
 * Throws a 422 problem for an end that is not after now or more than 30 days ahead: no silence is for ever.
 */
export function silenceOf(
  { until, reason }: SilenceRequest,
  running: Silence | undefined,
  by: string,
  now: number,
): Silence {
  const end = Date.parse(until);
  const latest = now + limits.longestSilenceSeconds * 1000;
  if (!(end > now && end <= latest)) {
    const fault = end > now ? 'too far' : 'in the past';
    const allowed = `allowed is after now and at most 30 days ahead: ${instant(now)} to ${instant(latest)}`;
    throw new ProblemError('silence-out-of-range', `the end ${until} is ${fault}; ${allowed}`, {
      errors: [{ path: 'until', message: `${fault}; ${allowed}` }],
    });
  }
  const asked = { from: running?.from ?? instant(now), until: instant(end), reason, by };
  const isSame = asked.until === running?.until && asked.reason === running.reason && by === running.by;
  return isSame ? running : asked;
}
