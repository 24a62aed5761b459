import type { IncidentCounts } from './incident.ts';
import type { Notification } from './notification.ts';
import { numberText } from './number-text.ts';

/** "1,300 items overdue, 12 failed" */
export function countsText(
  { overdue, failed, warned, unreadable }: IncidentCounts,
  event: Notification['event'],
  changes: Notification['changes'],
): string {
  // The count has all warnings that were ever sent for the incident, most of which are over.
  const more = event === 'updated' && (changes.warned ?? 0) > 0 ? changes.warned : undefined;
  const parts: [number | undefined, string][] = [
    [overdue, 'overdue'],
    [failed, 'failed'],
    [more ?? warned, 'late, not yet overdue'],
    [unreadable, 'unreadable'],
  ];
  const [first, ...others] = parts.flatMap(([count, what]) => (count ? [{ count, what }] : []));
  if (first === undefined) return 'nothing overdue or failed any more';
  return [
    `${itemsText(first.count, more !== undefined)} ${first.what}`,
    ...others.map(({ count, what }) => `${numberText(count)} ${what}`),
  ].join(', ');
}

/** "1 item", "30 items", "2 more items" */
export function itemsText(count: number, more = false): string {
  return `${numberText(count)} ${more ? 'more ' : ''}${count === 1 ? 'item' : 'items'}`;
}

/** How many items a notification is about. */
export function totalOf({
  counts: { overdue, failed, notStarted = 0, warned = 0, stuck = 0 },
}: Pick<Notification, 'counts'>): number {
  return overdue + failed + notStarted + warned + stuck;
}
