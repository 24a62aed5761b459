import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, placeOf, tableShards, workflowOf } from '../../../../core/aws/items/keys.ts';
import { itemRecord } from '../../../support/item-record.ts';

const bytes = (text: string | undefined) => Buffer.byteLength(text ?? '');

test('keys of any item fit the limits of DynamoDB: 2,048 bytes for a partition key, 1,024 for a sort key', () => {
  const longest = { workflow: 'w'.repeat(64), item: '\u{1f600}'.repeat(256) };
  const { pk, item } = keyOf(longest);
  const { queue, time } = placeOf(
    itemRecord({ ...longest, state: 'overdue', reportedAt: '2026-03-01T12:00:00.000Z', queueShards: 64 }),
  );
  expect(bytes(pk?.S)).toBeLessThanOrEqual(2_048);
  expect(bytes(item?.S)).toBeLessThanOrEqual(1_024);
  expect(bytes(queue)).toBeLessThanOrEqual(2_048);
  expect(bytes(time)).toBeLessThanOrEqual(1_024);
});

test('no two workflows or items have the same key', () => {
  const key = (workflow: string, item: string) => JSON.stringify(keyOf({ workflow, item }));
  const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
  const item = fc.string({ unit: fc.constantFrom('#', 'a', '/', 'é') });
  fc.assert(
    fc.property(name, item, name, item, (w1, i1, w2, i2) => {
      expect(key(w1, i1) === key(w2, i2)).toBe(w1 === w2 && i1 === i2);
      expect(workflowOf(String(keyOf({ workflow: w1, item: i1 }).pk?.S))).toBe(w1);
    }),
  );
});

test('items are spread evenly over the partitions of the table and of the index', () => {
  const items = Array.from({ length: 6_400 }, (_, index) => `2026/11/28/upload-${index}`);
  const most = (keys: string[]) =>
    Math.max(
      ...Map.groupBy(keys, (key) => key)
        .values()
        .map((all) => all.length),
    );
  const partitions = items.map((item) => String(keyOf({ workflow: 'w', item }).pk?.S));
  expect(new Set(partitions).size).toBe(tableShards);
  expect(most(partitions)).toBeLessThan((6_400 / tableShards) * 1.5);
  for (const queueShards of [8, 64]) {
    const queues = items.map((item) => placeOf(itemRecord({ item, queueShards })).queue);
    expect(new Set(queues).size).toBe(queueShards);
    expect(most(queues)).toBeLessThan((6_400 / queueShards) * 1.5);
  }
});

test('items that are not reported yet are positioned by their next check, reported ones by their registration', () => {
  const [timerAt, failedAt, at] = ['10', '05', '20'].map((second) => `2026-03-01T12:00:${second}.000Z`) as [
    string,
    string,
    string,
  ];
  const waiting = itemRecord({ timerAt, registeredAt: '2026-02-01T12:00:00.000Z' });
  const overdue = { ...waiting, state: 'overdue' as const, overdueAt: at, breachedAt: at };
  const failed = {
    ...waiting,
    state: 'failed' as const,
    failure: { reason: 'x', at: failedAt },
    breachedAt: failedAt,
  };
  const place = (record: typeof waiting) => {
    const { queue, time } = placeOf(record);
    return [queue.split('#')[1], time.slice(0, 24)];
  };
  expect(place(waiting)).toEqual(['waiting', timerAt]);
  // Marking an item overdue costs no write to the index.
  expect(place(overdue)).toEqual(['waiting', timerAt]);
  expect(place(failed)).toEqual(['waiting', failedAt]);
  for (const record of [overdue, failed]) {
    expect(place({ ...record, reportedAt: at })).toEqual([record.state, waiting.registeredAt]);
  }
});
