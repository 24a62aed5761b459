import { totalOf } from './counts-text.ts';
import type { Notification } from './notification.ts';
import { numberText, shareText } from './number-text.ts';
import { sumOfCounts } from './sum.ts';

/** What the items of a notification have in common: the steps they stopped after, why they failed, and their tags. */
export function breakdownLines(notification: Notification, haveSteps: boolean): string[] {
  const { steps, reasons, commonTags, sampled, counts } = notification;
  const total = totalOf(notification);
  if (total === 1) {
    return reasons.map(({ reason, type }) => `Reason: ${reasonText(reason, type)}`);
  }
  const of = sampled ?? total;
  const heading = sampled === undefined ? '' : ` (of the first ${numberText(sampled)} items)`;
  const stopped = steps.map(({ step, count }) => ({ count, text: stepText(step) }));
  const failed = reasons.map(({ reason, type, count }) => ({ count, text: reasonText(reason, type) }));
  const failures = sampled === undefined ? counts.failed : sumOfCounts(reasons);
  return [
    ...(haveSteps ? groupLines(`Stopped${heading}`, withOthers(stopped, of, 'after other steps'), of) : []),
    ...groupLines(`Reasons${heading}`, withOthers(failed, failures, 'for other reasons'), failures),
    ...groupLines(
      `Common tags${heading}`,
      commonTags.map(({ tag, count }) => ({ count, text: tag })),
      of,
    ),
  ];
}

interface Group {
  count: number;
  text: string;
}

/** One group on the line of its heading, several on a line each. */
function groupLines(heading: string, groups: readonly Group[], of: number): string[] {
  const lines = groups.map(({ count, text }) => `${shareText(count, of)} ${text}`);
  if (lines.length < 2) return lines.map((line) => `${heading}: ${line}`);
  return [`${heading}:`, ...lines.map((line) => `  ${line}`)];
}

/** The groups, and one more for the items that are in no listed group. */
function withOthers(groups: readonly Group[], of: number, text: string): Group[] {
  const left = of - sumOfCounts(groups);
  return groups.length === 0 || left <= 0 ? [...groups] : [...groups, { count: left, text }];
}

export function stepText(step: string | undefined): string {
  return step === undefined ? 'before any step' : `after \`${step}\``;
}

function reasonText(reason: string, type: string | undefined): string {
  return [type, reason].filter(Boolean).join(': ');
}
