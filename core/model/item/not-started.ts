import type { ItemRecord } from './item-record.ts';

/**
 * Whether the item is reported because it reached no step by `startBy`. Its state is overdue, but its deadline may be
 * ahead, and its work may wait in a queue: it is counted, notified of and resumed apart from items that are overdue
 * (docs/adr/0025).
 */
export function isNotStarted({ state, neverStarted }: Pick<ItemRecord, 'state' | 'neverStarted'>): boolean {
  return state === 'overdue' && neverStarted === true;
}

/** Whether a step that arrives now makes an item that was not started wait for its deadline again. */
export function isBegunLate(record: ItemRecord, now: number): boolean {
  return isNotStarted(record) && now < Date.parse(record.deadline);
}

/** The item, waiting again. It keeps the time of its breach, so that its completion says that it was reported. */
export function begunLate(record: ItemRecord): ItemRecord {
  const { overdueAt, caughtBy, reportedAt, incident, neverStarted, ...kept } = record;
  return { ...kept, state: 'waiting' };
}

/** The item, overdue and not yet reported as overdue. */
export function overdueToo(record: ItemRecord): ItemRecord {
  const { reportedAt, incident, neverStarted, ...kept } = record;
  return kept;
}
