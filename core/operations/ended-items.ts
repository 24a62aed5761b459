import { itemsInOrder, type Placed } from '../aws/items-in-order.ts';
import { ItemsIndex } from '../aws/items-index.ts';
import type { ItemsTable } from '../aws/items-table.ts';
import { instant } from '../contract/time.ts';
import { errorFields, type Log } from '../log.ts';
import type { IndexRecord } from '../records/item-record.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { matchesFilter } from '../rules/item-filter.ts';

/** Rows of each queue that are read at once. */
const perRead = 50;

/**
 * Items of a workflow that are overdue or failed and that a redrive is about, in order of registration, read as they
 * are taken.
 *
 * @param after the position to go on after
 */
export async function* endedItems(
  { items, log }: { items: ItemsTable; log: Log },
  redrive: Pick<RedriveRecord, 'workflow' | 'filter' | 'endedAfter' | 'endedBy'>,
  after: string | undefined,
): AsyncGenerator<Placed> {
  const { workflow, filter } = redrive;
  const index = new ItemsIndex(items, 'by-registered');
  const states = filter.state === undefined ? (['overdue', 'failed'] as const) : [filter.state];
  const range = {
    from: instantOr(filter.registeredAfter, '0'),
    to: instantOr(filter.registeredBefore, '~'),
    order: 'asc' as const,
    after,
  };
  if (range.from >= range.to) return;
  for await (const row of itemsInOrder(index, { workflow, states }, range, perRead)) {
    if (row instanceof Error) log.error('record cannot be read', { workflow, ...errorFields(row) });
    else if (isAbout(row.record, redrive)) yield row;
  }
}

/** Whether a redrive is about an item, as it is now. */
export function isAbout(
  record: IndexRecord,
  { filter, endedAfter, endedBy }: Pick<RedriveRecord, 'filter' | 'endedAfter' | 'endedBy'>,
): boolean {
  const endedAt = record.failure?.at ?? record.overdueAt;
  return (
    record.state !== 'waiting' &&
    (filter.state === undefined || record.state === filter.state) &&
    (endedAt === undefined || endedAt <= endedBy) &&
    (endedAfter === undefined || endedAt === undefined || endedAt > endedAfter) &&
    (filter.attemptAtMost === undefined || record.attempt <= filter.attemptAtMost) &&
    matchesFilter(record, filter)
  );
}

function instantOr(time: string | undefined, otherwise: string): string {
  return time === undefined ? otherwise : instant(Date.parse(time));
}
