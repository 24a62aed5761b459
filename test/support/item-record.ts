import type { ItemRecord } from '../../core/model/item/item-record.ts';

/** The record of a waiting item, registered at 2026-03-01T12:00:00Z for ten seconds, with `change` applied to it. */
export function itemRecord(change: Partial<ItemRecord> = {}): ItemRecord {
  const registered = '2026-03-01T12:00:00.000Z';
  return {
    workflow: 'uploads',
    item: 'scan-1',
    attempt: 1,
    revision: 1,
    state: 'waiting',
    deadline: '2026-03-01T12:00:10.000Z',
    timer: 'timer-1',
    timerAt: '2026-03-01T12:00:10.000Z',
    registeredAt: registered,
    startedAt: registered,
    updatedAt: registered,
    steps: [],
    tags: {},
    ...change,
  };
}
