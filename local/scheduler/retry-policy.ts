import type { ScheduleDefinition } from './schedule-definition.ts';

type RetryPolicy = ScheduleDefinition['Target']['RetryPolicy'];

/** How long to wait after this many failures in a row, in milliseconds: 1 s, doubled each time, at most 60 s. */
export function backoff(failures: number): number {
  return Math.min(60_000, 1_000 * 2 ** (failures - 1));
}

/**
 * When to retry a target that has failed `failures` times, in milliseconds since the epoch; undefined once its policy
 * is used up. The age counts from the first attempt instead of the scheduled time: otherwise an emulator that was off
 * for more than a day would give up all schedules at once.
 */
export function nextAttempt(
  policy: RetryPolicy,
  failures: number,
  firstAttemptAt: number,
  now: number,
): number | undefined {
  const next = now + backoff(failures);
  const inTime = next <= firstAttemptAt + policy.MaximumEventAgeInSeconds * 1_000;
  return failures <= policy.MaximumRetryAttempts && inTime ? next : undefined;
}
