import type { SuggestedTimeout } from '../../contract/workflow.ts';
import { countAbove, countOf, type Histogram, quantileMs } from './duration-histogram.ts';

/** How many days of durations a suggestion rests on. */
export const suggestionDays = 30;

/** With fewer completed attempts, a percentile says nothing about the next attempts. */
const leastCompleted = 100;
/** How much longer than 99.9 % of the attempts the timeout is. */
const margin = 1.5;
/** The least timeout on AWS, in seconds. */
const leastSeconds = 60;

/** The timeout that fits how long attempts have taken. Undefined after too few of them. */
export function suggestedTimeout(durations: Histogram): SuggestedTimeout | undefined {
  const completed = countOf(durations);
  const p999Ms = quantileMs(durations, 0.999);
  if (p999Ms === undefined || completed < leastCompleted) return undefined;
  const seconds = rounded(Math.max(leastSeconds, Math.ceil((p999Ms * margin) / 1000)));
  const late = countAbove(durations, seconds * 1000);
  return { timeout: iso(seconds), completed, days: suggestionDays, p999Ms, lateShare: late / completed };
}

function iso(seconds: number): string {
  if (seconds % 3600 === 0) return `PT${seconds / 3600}H`;
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}

/** A time that people would choose: up to two minutes in tens of seconds, up to two hours in minutes, then in hours. */
function rounded(seconds: number): number {
  const [unit = 3600] = [
    [120, 10],
    [7200, 60],
  ].flatMap(([most = 0, one = 0]) => (seconds <= most ? [one] : []));
  return Math.ceil(seconds / unit) * unit;
}
