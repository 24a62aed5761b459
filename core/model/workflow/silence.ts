import { daysText } from '../../contract/days-text.ts';
import { limits } from '../../contract/limits.ts';
import type { Silence, SilenceRequest } from '../../contract/silence.ts';
import { instant } from '../../contract/time.ts';
import { ProblemError } from '../../problem-error.ts';

/** The silence in a workflow's record, if it has not ended. */
export function runningSilence(silence: Silence | undefined, now: number): Silence | undefined {
  return silence !== undefined && now < Date.parse(silence.until) ? silence : undefined;
}

/**
 * The requested silence. It continues a running silence, and is the same silence if nothing changes (P4). Throws a
 * 422 problem for an end that is not after now or later than the longest silence: no silence is for ever.
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
    const allowed = `allowed is after now and at most ${daysText(limits.longestSilenceSeconds)} ahead: ${instant(now)} to ${instant(latest)}`;
    throw new ProblemError('silence-out-of-range', `the end ${until} is ${fault}; ${allowed}`, {
      errors: [{ path: 'until', message: `${fault}; ${allowed}` }],
    });
  }
  const asked = { from: running?.from ?? instant(now), until: instant(end), reason, by };
  const isSame = asked.until === running?.until && asked.reason === running.reason && by === running.by;
  return isSame ? running : asked;
}
