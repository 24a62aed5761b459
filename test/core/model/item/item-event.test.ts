import { describe, expect, test } from 'vitest';
import { ItemEvent } from '../../../../core/contract/item-event.ts';
import { itemEvent } from '../../../../core/model/item/item-event.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

const at = '2026-03-01T12:00:11.000Z';
const failure = { reason: 'disk full', type: 'IOError', at };
const idOf = (event: ItemEvent['event'], change: Partial<ItemRecord> = {}, when = at) =>
  itemEvent(event, itemRecord(change), when).id;

describe('an item event', () => {
  test('contains all attributes of an item except its data, keys and timers (P9)', () => {
    const event = itemEvent(
      'item.overdue',
      itemRecord({
        state: 'overdue',
        step: 'copied',
        run: 'r1',
        tags: { customer: 'acme' },
        caughtBy: 'sweep',
        neverStarted: true,
        incident: 'abc',
        data: 'secret',
      }),
      at,
    );
    expect(ItemEvent.parse(event)).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      event: 'item.overdue',
      workflow: 'uploads',
      item: 'scan-1',
      attempt: 1,
      at,
      deadline: '2026-03-01T12:00:10.000Z',
      startedAt: '2026-03-01T12:00:00.000Z',
      step: 'copied',
      run: 'r1',
      tags: { customer: 'acme' },
      caughtBy: 'sweep',
      neverStarted: true,
      incident: 'abc',
    });
  });

  test('says why an item failed', () => {
    const event = itemEvent('item.failed', itemRecord({ state: 'failed', failure }), at);
    expect(ItemEvent.parse(event)).toMatchObject({ event: 'item.failed', failure });
  });

  test('of a warning has no attribute of a breach', () => {
    const event = itemEvent(
      'item.warned',
      itemRecord({ caughtBy: 'timer', failure, neverStarted: true }),
      at,
    );
    for (const name of ['caughtBy', 'failure', 'neverStarted']) expect(event).not.toHaveProperty(name);
  });

  test('has the same id whenever and by whomever it is published again (P3)', () => {
    const later = { revision: 9, caughtBy: 'sweep', step: 'copied', incident: 'x', reportedAt: at } as const;
    for (const event of ['item.overdue', 'item.failed', 'item.late', 'item.warned'] as const) {
      expect(idOf(event, later, '2026-03-01T13:00:00.000Z')).toBe(idOf(event));
    }
  });

  test('has a different id from every other event, attempt and item', () => {
    const others: Partial<ItemRecord>[] = [
      {},
      { item: 'scan-2' },
      { workflow: 'uploads2' },
      { workflow: 'uploadss', item: 'can-1' },
      { attempt: 2 },
      { startedAt: at },
    ];
    const events = ['item.overdue', 'item.failed', 'item.late', 'item.warned'] as const;
    const ids = others.flatMap((change) => events.map((event) => idOf(event, change)));
    expect(new Set(ids).size).toBe(others.length * events.length);
  });

  test('of a warning has another id after the deadline was moved; of a breach it has the same', () => {
    const moved = { deadlineSetAt: '2026-03-01T12:00:05.000Z' };
    expect(idOf('item.warned', moved)).not.toBe(idOf('item.warned'));
    for (const event of ['item.overdue', 'item.failed', 'item.late'] as const) {
      expect(idOf(event, moved)).toBe(idOf(event));
    }
  });
});
