import { ItemsIndex } from '../aws/items-index.ts';
import type { ItemsTable } from '../aws/items-table.ts';
import { instant } from '../contract/time.ts';
import { errorFields, type Log } from '../log.ts';
import { type IndexRecord, queueOf, registeredKey, shards } from '../records/item-record.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { matchesFilter } from '../rules/item-filter.ts';
import { merged } from '../rules/merged.ts';

export interface EndedItem {
  record: IndexRecord;
  /** Its place in the order of registration. */
  position: string;
}

/**
 * Items of a workflow that are overdue or failed and that a redrive is about, in order of registration, read as they
 * are taken.
 *
 * @param after the position to go on after
 */
export async function* endedItems(
  { items, log }: { items: ItemsTable; log: Log },
  { workflow, filter, endedBy }: Pick<RedriveRecord, 'workflow' | 'filter' | 'endedBy'>,
  after: string | undefined,
): AsyncGenerator<EndedItem> {
  const index = new ItemsIndex(items, 'by-registered');
  const states = filter.state === undefined ? (['overdue', 'failed'] as const) : [filter.state];
  const range = {
    from: after ?? instantOr(filter.registeredAfter, '0'),
    to: instantOr(filter.registeredBefore, '~'),
    order: 'asc' as const,
  };
  if (range.from >= range.to) return;
  const sources = states.flatMap((state) =>
    Array.from({ length: shards }, (_, shard) =>
      readable(index, queueOf(workflow, state, shard), range, log),
    ),
  );
  let last = after;
  for await (const record of merged(sources, registeredKey, 'asc')) {
    const position = registeredKey(record);
    // Equal to the last one: it failed after it was overdue, and was met in both queues.
    if (position === last || !isAbout(record, filter, endedBy)) continue;
    last = position;
    yield { record, position };
  }
}

/** Whether a redrive is about an item, as it is now. */
export function isAbout(record: IndexRecord, filter: RedriveRecord['filter'], endedBy: string): boolean {
  const endedAt = record.failure?.at ?? record.overdueAt;
  return (
    record.state !== 'waiting' &&
    (filter.state === undefined || record.state === filter.state) &&
    (endedAt === undefined || endedAt <= endedBy) &&
    (filter.attemptAtMost === undefined || record.attempt <= filter.attemptAtMost) &&
    matchesFilter(record, filter)
  );
}

function instantOr(time: string | undefined, otherwise: string): string {
  return time === undefined ? otherwise : instant(Date.parse(time));
}

async function* readable(
  index: ItemsIndex,
  queue: string,
  range: { from: string; to: string; order: 'asc' },
  log: Log,
): AsyncGenerator<IndexRecord> {
  for await (const record of index.records(queue, range, 200)) {
    if (record instanceof Error) log.error('record cannot be read', { queue, ...errorFields(record) });
    else yield record;
  }
}
