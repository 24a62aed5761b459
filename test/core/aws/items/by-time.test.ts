import { describe, expect, test } from 'vitest';
import { everything, type Row } from '../../../../core/aws/items/by-time-query.ts';
import { mostQueueShards, placeOf } from '../../../../core/aws/items/keys.ts';
import { countEveryWorkflow } from '../../../../core/aws/items/state-counts.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { sized } from '../../../support/sized.ts';

/** More than the default. Each partition is a query. */
const grownShards = sized(16, mostQueueShards);

/** A time of one day, by its minute. */
const minute = (at: number) => new Date(Date.UTC(2026, 2, 1, 0, at)).toISOString();

describe('the index by time', () => {
  onEngines((warden) => {
    const items = () => warden().aws.service.items;
    const byTime = () => items().byTime;

    /**
     * Items 0 … count-1 with ascending next checks, one minute apart; every other one is registered in more partitions.
     */
    const waiting = async (count: number, change: (index: number) => Partial<ItemRecord> = () => ({})) => {
      const workflow = warden().newWorkflow();
      await Promise.all(
        Array.from({ length: count }, (_, index) =>
          items().insert(
            itemRecord({
              workflow,
              item: `${index}`,
              timerAt: minute(index),
              ...(index % 2 === 1 && { queueShards: grownShards }),
              ...change(index),
            }),
          ),
        ),
      );
      return { workflow, shards: grownShards };
    };
    const breached = (state: 'overdue' | 'failed', index: number): Partial<ItemRecord> => ({
      state,
      registeredAt: minute(index),
      breachedAt: minute(index + 100),
      reportedAt: minute(index + 101),
    });
    const taken = async (rows: AsyncIterable<Row>) => {
      const all: Row[] = [];
      for await (const row of rows) all.push(row);
      return all;
    };
    const numbers = (rows: readonly Row[]) => rows.map(({ item }) => Number(item)).toSorted((a, b) => a - b);

    test('has every waiting item of a workflow once, of 8 partitions and of more, with its position', async () => {
      const queues = await waiting(30);
      const rows = await taken(byTime().rows(queues, 'waiting', everything, 2));
      expect(numbers(rows)).toEqual(Array.from({ length: 30 }, (_, index) => index));
      for (const { workflow, item, position } of rows) {
        expect(workflow).toBe(queues.workflow);
        expect(position).toBe(placeOf(itemRecord({ workflow, item, timerAt: minute(Number(item)) })).time);
      }
      expect(await taken(byTime().rows(queues, 'overdue', everything, 2))).toEqual([]);
    });

    test('returns a range with both ends, page by page, in either order', async () => {
      const queues = await waiting(30);
      const range = { from: minute(5), to: minute(20), order: 'asc' as const };
      // A position sorts after the bare time at its beginning.
      const inRange = Array.from({ length: 15 }, (_, index) => index + 5);
      expect(numbers(await taken(byTime().rows(queues, 'waiting', range, 3)))).toEqual(inRange);
      for (const order of ['asc', 'desc'] as const) {
        for (let shard = 0; shard < grownShards; shard++) {
          const which = { workflow: queues.workflow, queue: 'waiting' as const, shard };
          const all = await byTime().page(which, { ...everything, order }, 100);
          const positions = all.rows.map(({ position }) => position);
          expect(all.more).toBe(false);
          expect(positions).toEqual(order === 'asc' ? positions.toSorted() : positions.toSorted().reverse());
          if (all.rows.length < 2) continue;
          const first = await byTime().page(which, { ...everything, order }, 1);
          expect(first).toEqual({ rows: all.rows.slice(0, 1), more: true });
        }
      }
    });

    test('counts every state of a workflow up to a limit, and knows the time of the first item of each', async () => {
      const queues = await waiting(26, (index) =>
        index < 6
          ? breached('overdue', index + 30)
          : index < 10
            ? breached('failed', index + 30)
            : index < 12
              ? { ...breached('overdue', index + 30), neverStarted: true, deadline: minute(50 + index) }
              : {},
      );
      expect(await byTime().countAll(queues, 1_000)).toEqual({
        waiting: { count: 14, capped: false, first: minute(12) },
        'not-started': { count: 2, capped: false, first: minute(40) },
        overdue: { count: 6, capped: false, first: minute(30) },
        failed: { count: 4, capped: false, first: minute(36) },
      });
      const capped = await byTime().count(queues, 'waiting', 13);
      expect(capped.capped).toBe(true);
      expect(capped.count).toBeLessThanOrEqual(13);
      expect(await byTime().countBreached(queues)).toEqual({ overdue: 6, failed: 4, notStarted: 2 });
      const named = await byTime().countBreached(queues, ['overdue', 'not-started']);
      expect(named).toEqual({ overdue: 6, failed: 0, notStarted: 2 });
      expect(await byTime().hasBreached(queues)).toBe(true);
      expect(numbers(await taken(byTime().pastDeadline(queues, minute(60))))).toEqual([10]);
      const none = { workflow: warden().newWorkflow(), shards: 8 };
      expect(await byTime().count(none, 'waiting', 10)).toEqual({ count: 0, capped: false });
      expect(await byTime().hasBreached(none)).toBe(false);
    });

    test('counts items in few partitions, from before the partitions grew', async () => {
      const { workflow } = await waiting(40, () => ({ queueShards: 1 }));
      const count = (most: number) => byTime().count({ workflow, shards: grownShards }, 'waiting', most);
      expect(await count(100)).toEqual({ count: 40, capped: false, first: minute(0) });
      expect(await count(40)).toMatchObject({ count: 40, capped: false });
      expect(await count(39)).toMatchObject({ count: 39, capped: true });
    });

    test('counts all workflows at once with the same result as one by one', async () => {
      const all = [
        await waiting(12),
        await waiting(7, (index) => (index < 3 ? breached('overdue', index) : {})),
        await waiting(3, (index) => breached('failed', index)),
      ];
      const counts = await countEveryWorkflow(items().client, items().name);
      for (const queues of all) {
        const alone = await byTime().countAll(queues, 1_000);
        expect(counts?.get(queues.workflow)).toEqual(alone);
      }
    });

    test('counts an overdue item that is not reported yet as waiting, and a receipt not at all', async () => {
      const queues = await waiting(3, (index) =>
        index === 0 ? { state: 'overdue', breachedAt: minute(0) } : {},
      );
      await items().end({ ...queues, item: '1' }, {}, { completedAt: minute(9), expiresAt: 4_000_000_000 });
      await items().end(
        { ...queues, item: '0' },
        { revision: 1 },
        { completedAt: minute(9), expiresAt: 4_000_000_000 },
      );
      expect(numbers(await taken(byTime().rows(queues, 'waiting', everything, 5)))).toEqual([2]);
      const unreported = await waiting(2, (index) =>
        index === 0 ? { state: 'overdue', breachedAt: minute(0) } : {},
      );
      expect(numbers(await taken(byTime().rows(unreported, 'waiting', everything, 5)))).toEqual([0, 1]);
      expect(await byTime().hasBreached(unreported)).toBe(false);
    });

    test('knows whether an item was breached between two times in an early attempt, unless the time is up', async () => {
      const queues = await waiting(8, (index) => ({ ...breached('overdue', index), attempt: index + 1 }));
      const ask = (after: number, by: number, attemptAtMost: number, isLate = false) =>
        byTime().hasBreachedBetween(
          queues,
          { after: minute(after), by: minute(by), attemptAtMost },
          () => isLate,
        );
      // Item 3 was breached at minute 103 in attempt 4.
      expect(await ask(102, 103, 4)).toBe(true);
      expect(await ask(103, 104, 4)).toBe(false);
      expect(await ask(101, 102, 2)).toBe(false);
      expect(await ask(102, 103, 3)).toBe(false);
      expect(await ask(107, 200, 99, true)).toBe(false);
    });
  });
});
