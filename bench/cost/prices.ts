/** Prices of us-east-1 in dollars, at the time of writing. */
export const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  httpRequest: 1e-6,
  lambdaRequest: 0.2e-6,
  /** arm64, per GB-second. */
  lambdaGbSecond: 13.3334e-6,
  schedulerInvocation: 1e-6,
  sqsRequest: 0.4e-6,
  /** Per 64 KB of a Publish or PublishBatch. Ten item events take less. */
  snsRequest: 0.5e-6,
} as const;

/** Assumed, not measured: milliseconds of a request and of a timer in a batch at 512 MB, of a sweep at 1769 MB. */
export const assumedMs = { request: 30, timer: 5, sweep: 300 } as const;

export function lambda(ms: number, megabytes: number): number {
  return prices.lambdaRequest + (ms / 1000) * (megabytes / 1024) * prices.lambdaGbSecond;
}

/** A timer: an invocation by Scheduler, and a message on its way through the queue. */
export const timer = prices.schedulerInvocation + 3 * prices.sqsRequest + lambda(assumedMs.timer, 512);

export interface Units {
  write: number;
  read: number;
  /** Calls to SNS. */
  sns: number;
}

export const dynamodb = ({ write, read }: Units): number => write * prices.writeUnit + read * prices.readUnit;

/** a + times × b */
export const plus = (a: Units, b: Units, times = 1): Units => ({
  write: a.write + times * b.write,
  read: a.read + times * b.read,
  sns: a.sns + times * b.sns,
});
