import { daysText } from '../../contract/days-text.ts';
import { limits } from '../../contract/limits.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { ProblemError } from '../../problem-error.ts';

interface DurationRule {
  path: string;
  duration: number | string | undefined;
  leastSeconds: number;
  /** In seconds. */
  most?: number;
}

/**
 * Throws a 422 problem that names every duration out of range in the settings, and the allowed range. The timeout is
 * checked like a deadline (core/model/item/deadline.ts).
 */
export function checkDurations(settings: WorkflowSettings): void {
  const { warnAfter, stuckAfter, shadowTimeout, notifications, expect, redrive, receipts } = settings;
  const { longestSpacingSeconds: spacing, longestQuietSeconds: quiet } = limits;
  const durations: DurationRule[] = [
    { path: 'warnAfter', duration: warnAfter, leastSeconds: 0 },
    { path: 'stuckAfter', duration: stuckAfter, leastSeconds: 0 },
    { path: 'shadowTimeout', duration: shadowTimeout, leastSeconds: 0 },
    { path: 'notifications.spacing', duration: notifications?.spacing, leastSeconds: 1, most: spacing },
    { path: 'notifications.reminder', duration: notifications?.reminder, leastSeconds: 1, most: spacing },
    { path: 'notifications.quiet.for', duration: notifications?.quiet?.for, leastSeconds: 0, most: quiet },
    { path: 'expect.every', duration: expect?.every, leastSeconds: limits.leastExpectationSeconds },
    { path: 'expect.margin', duration: expect?.margin, leastSeconds: 0 },
    { path: 'redrive.automatic.after', duration: redrive?.automatic.after, leastSeconds: 0 },
  ];
  const errors = durations.flatMap(
    ({ path, duration, leastSeconds, most = limits.longestTimeoutSeconds }) => {
      const ms = duration === undefined ? undefined : timeoutMs(duration);
      if (ms === undefined || (ms > 0 && ms >= leastSeconds * 1000 && ms <= most * 1000)) return [];
      const from = leastSeconds === 0 ? 'more than 0' : leastSeconds;
      return [
        { path, message: `must be ${from} to ${most} seconds (${daysText(most)}); received ${duration}` },
      ];
    },
  );
  const keptMs = receipts === undefined ? 0 : timeoutMs(receipts);
  if (keptMs === undefined || keptMs < 0 || keptMs > limits.longestReceiptSeconds * 1000) {
    const most = limits.longestReceiptSeconds;
    const allowed = `must be 0 to ${most} seconds (${daysText(most)})`;
    errors.push({ path: 'receipts', message: `${allowed}; received ${receipts}` });
  }
  if (errors.length === 0) return;
  const detail = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new ProblemError('duration-out-of-range', detail, { errors });
}
