import { describe, expect, test } from 'vitest';
import { summarise } from '../../../../core/model/incident/item-summary.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');
const at = '2026-03-01T12:00:04.000Z';
const overdue = (change: Partial<ItemRecord> = {}) => itemRecord({ state: 'overdue', ...change });
const failed = (reason: string, type?: string) =>
  itemRecord({ state: 'failed', failure: { reason, ...(type !== undefined && { type }), at } });
const of = (records: readonly ItemRecord[]) => summarise(records, records.length, now);

describe('a summary of items', () => {
  test('says of an item when it was due, how late it is, and its last step', () => {
    const steps = [
      { step: 'uploaded', at: '2026-03-01T12:00:02.000Z' },
      { step: 'copied', at: '2026-03-01T12:00:03.000Z' },
    ];
    expect(of([overdue({ step: 'copied', steps, caughtBy: 'timer', attempt: 2 })]).items).toEqual([
      {
        item: 'scan-1',
        attempt: 2,
        state: 'overdue',
        deadline: '2026-03-01T12:00:10.000Z',
        startedAt: '2026-03-01T12:00:00.000Z',
        overdueByMs: 290_000,
        step: 'copied',
        stepAt: '2026-03-01T12:00:03.000Z',
        caughtBy: 'timer',
      },
    ]);
  });

  test('does not say how late an item is before its deadline', () => {
    const [item] = of([overdue({ neverStarted: true, deadline: '2026-03-01T13:00:00.000Z' })]).items;
    expect(item).toMatchObject({ neverStarted: true });
    expect(item).not.toHaveProperty('overdueByMs');
  });

  test('has a resumed item that was lost again before any step under the step of the attempt before (public report I)', () => {
    const lostAfter = { step: 'copied', attempt: 1 };
    const again = overdue({ attempt: 2, lostAfter });
    expect(of([again])).toMatchObject({ steps: [{ step: 'copied', count: 1 }], items: [{ lostAfter }] });
    expect(of([{ ...again, step: 'uploaded' }]).items[0]).not.toHaveProperty('lostAfter');
  });

  test('names the 20 oldest items and counts the steps of all, the most frequent first', () => {
    const records = Array.from({ length: 312 }, (_, index) =>
      overdue({
        item: `scan-${index}`,
        deadline: new Date(now - index * 1000).toISOString(),
        ...(index < 300 ? { step: 'copied' } : index < 309 ? { step: 'uploaded' } : {}),
      }),
    );
    const { items, steps, sampled } = of(records);
    expect(items.map(({ item }) => item)).toEqual(
      Array.from({ length: 20 }, (_, index) => `scan-${311 - index}`),
    );
    expect(steps).toEqual([{ step: 'copied', count: 300 }, { step: 'uploaded', count: 9 }, { count: 3 }]);
    expect(sampled).toBeUndefined();
  });

  test('says how many items it describes if not all', () => {
    expect(summarise([overdue()], 70_000, now)).toMatchObject({ sampled: 1 });
  });

  test('users 2b: counts the five most frequent tags that more than half of the items have', () => {
    const tags = { a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' };
    const records = [overdue({ tags: { ...tags, g: '1' } }), overdue({ tags: { ...tags, h: '1' } })];
    expect(of(records).commonTags).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((key) => ({ tag: `${key}:1`, count: 2 })),
    );
    expect(of([overdue({ tags })]).commonTags).toEqual([]);
    expect(of([overdue({ tags: { __proto__x: '1' } }), overdue(), overdue()]).commonTags).toEqual([]);
  });

  test('counts reasons with their types, the ten most frequent', () => {
    const records = [
      ...Array.from({ length: 3 }, () => failed('full', 'Disk')),
      ...Array.from({ length: 2 }, () => failed('full')),
      ...Array.from({ length: 12 }, (_, index) => failed(`once ${index}`)),
    ];
    const { reasons } = of(records);
    expect(reasons).toHaveLength(10);
    expect(reasons.slice(0, 2)).toEqual([
      { reason: 'full', type: 'Disk', count: 3 },
      { reason: 'full', count: 2 },
    ]);
  });

  test('shortens a reason to one line of 200 characters, and cuts no character in two', () => {
    const [reason] = of([failed('  at\n\n\tline 1\r\n')]).reasons;
    expect(reason?.reason).toBe('at line 1');
    const [long] = of([failed('😀'.repeat(1_024))]).reasons;
    expect(long?.reason).toBe(`${'😀'.repeat(200)}…`);
    expect(of([failed(`${'x'.repeat(300)}a`), failed(`${'x'.repeat(300)}b`)]).reasons).toMatchObject([
      { count: 2 },
    ]);
  });

  test('counts reasons and steps of any name, even `constructor`', () => {
    const names = ['__proto__', 'constructor', 'undefined', 'null', '["a","b"]'];
    const { steps, reasons } = of(
      names.map((name) =>
        itemRecord({ state: 'failed', step: name, failure: { reason: name, type: name, at } }),
      ),
    );
    expect(steps).toEqual(names.map((step) => ({ step, count: 1 })));
    expect(reasons).toEqual(names.map((name) => ({ reason: name, type: name, count: 1 })));
  });

  test('of no items is empty', () => {
    expect(of([])).toEqual({ items: [], steps: [], reasons: [], commonTags: [] });
  });
});
