import type { ScheduleDefinition } from './schedule-definition.ts';

type RetryPolicy = ScheduleDefinition['Target']['RetryPolicy'];

/** How long (ms) to wait after that many failures in a row: 1 s, doubling, at most 60 s. */
export function backoff(failures: number): number {
  return Math.min(60_000, 1_000 * 2 ** (failures - 1));
}

/**
 * When (epoch ms) a target that has failed `failures` times is tried again; undefined when its policy is used
 * up. The age counts from the first attempt and not from the scheduled time, as an emulator that was switched
 * off for more than a day would otherwise give up everything at once.
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
