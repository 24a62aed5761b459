import { describe, expect, test } from 'vitest';
import { LeftOut } from '../../../../core/aws/batch-read.ts';
import { itemsById, itemsByIdInOrder } from '../../../../core/aws/items/by-id.ts';
import { everything } from '../../../../core/aws/items/by-time-query.ts';
import { itemsInOrder } from '../../../../core/aws/items/in-order.ts';
import type { ItemsTable } from '../../../../core/aws/items/table.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { onEngines } from '../../../support/on-engines.ts';

const minute = (at: number) => new Date(Date.UTC(2026, 2, 1, 0, at)).toISOString();
type Seen = { position: string } & ({ record: { item: string } } | { item: string });

const all = async <One>(found: AsyncIterable<One>): Promise<One[]> => {
  const seen: One[] = [];
  for await (const one of found) seen.push(one);
  return seen;
};
const idsOf = (found: readonly Seen[]) => found.map((one) => ('item' in one ? one.item : one.record.item));

describe('items in order of time', () => {
  onEngines((warden) => {
    const table = () => warden().aws.service.items;
    const insert = async (count: number, change: (index: number) => Partial<ItemRecord>) => {
      const workflow = warden().newWorkflow();
      const records = Array.from({ length: count }, (_, index) =>
        itemRecord({ workflow, item: `${index}`, data: `data ${index}`, ...change(index) }),
      );
      await Promise.all(records.map((record) => table().insert(record)));
      return { workflow, shards: 16 };
    };
    /** Items registered in old partitions and in new ones, as after a growth. */
    const grown = (index: number) => (index % 3 === 0 ? { queueShards: 16 } : {});
    const breached = (index: number) => ({
      ...grown(index),
      state: index % 2 === 0 ? ('overdue' as const) : ('failed' as const),
      registeredAt: minute(index),
      breachedAt: minute(200 - index),
      reportedAt: minute(300),
    });
    const range = { ...everything, after: undefined };
    const numbers = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `${from + index}`);

    test.each([2, 100])(
      'waiting items are in order of their next check, %i of a partition at once',
      async (size) => {
        const queues = await insert(40, (index) => ({
          ...grown(index),
          timerAt: minute(index),
          deadline: minute(99 - index),
        }));
        const read = (change: object, data = false) =>
          all(itemsInOrder(table(), queues, 'waiting', { ...range, ...change }, size, data));
        const up = await read({});
        expect(idsOf(up)).toEqual(numbers(0, 40));
        expect(idsOf(await read({ order: 'desc' }))).toEqual(numbers(0, 40).toReversed());
        expect(idsOf(await read({ from: minute(10), to: minute(20) }))).toEqual(numbers(10, 20));
        for (const at of [17, 39]) {
          const after = up[at]?.position;
          expect(idsOf(await read({ after }))).toEqual(numbers(at + 1, 40));
          expect(idsOf(await read({ after, order: 'desc' }))).toEqual(numbers(0, at).toReversed());
        }
        const [first] = await read({}, true);
        expect(first).toMatchObject({ record: { data: 'data 0' } });
        expect(up[0]).not.toHaveProperty('record.data');
      },
    );

    test('overdue and failed items are in order of registration, whichever was breached first', async () => {
      const queues = await insert(30, breached);
      const read = (states: ('overdue' | 'failed')[], change: object = {}) =>
        all(itemsInOrder(table(), queues, states, { ...range, ...change }, 2));
      const both = await read(['failed', 'overdue']);
      expect(idsOf(both)).toEqual(numbers(0, 30));
      expect(idsOf(await read(['overdue']))).toEqual(numbers(0, 30).filter((_, index) => index % 2 === 0));
      expect(idsOf(await read(['failed'], { order: 'desc' }))).toEqual(
        numbers(0, 30)
          .filter((_, index) => index % 2 === 1)
          .toReversed(),
      );
      expect(idsOf(await read(['failed', 'overdue'], { after: both[11]?.position }))).toEqual(
        numbers(12, 30),
      );
    });

    test('all items of the same time are returned, however the pages end', async () => {
      const queues = await insert(50, () => ({ timerAt: minute(0) }));
      const found = await all(itemsInOrder(table(), queues, 'waiting', range, 2));
      expect(idsOf(found).toSorted()).toEqual(numbers(0, 50).toSorted());
      const positions = found.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted());
      expect(new Set(positions).size).toBe(50);
    });

    test('an item that has left the position of its row is skipped', async () => {
      const queues = await insert(4, (index) => ({ timerAt: minute(index) }));
      const { workflow } = queues;
      const kept = { completedAt: minute(9), expiresAt: 4_000_000_000 };
      const changes = [
        () => table().end({ workflow, item: '0' }, {}, kept),
        () => table().end({ workflow, item: '1' }, {}),
        async () => {
          const seen = await table().readOpen(workflow, '2');
          if (seen) await table().recordTimer(seen, { timer: 't', timerAt: minute(50) });
        },
      ];
      // The index lags: its rows were read before the items changed.
      const behind = (items: ItemsTable): ItemsTable =>
        Object.assign(Object.create(items), {
          readMany: async (...asked: Parameters<ItemsTable['readMany']>) => {
            for (const change of changes.splice(0)) await change();
            return items.readMany(...asked);
          },
        });
      const found = await all(itemsInOrder(behind(table()), queues, 'waiting', range, 5));
      expect(idsOf(found)).toEqual(['3']);
      expect(idsOf(await all(itemsInOrder(table(), queues, 'waiting', range, 5)))).toEqual(['3', '2']);
    });

    test('an item that fails after the overdue items were read is found among the failed ones', async () => {
      const queues = await insert(1, () => ({ ...breached(0), registeredAt: minute(0) }));
      const record = await table().readOpen(queues.workflow, '0');
      if (!record) throw new Error('it is not there');
      let pages = 0;
      const { byTime } = table();
      const changing = Object.assign(Object.create(byTime), {
        page: async (...asked: Parameters<typeof byTime.page>) => {
          if (++pages === queues.shards + 1)
            await table().replace({ ...record, state: 'failed' }, record.revision);
          return byTime.page(...asked);
        },
      });
      const readMany = table().readMany.bind(table());
      const items = Object.assign(Object.create(table()), { byTime: changing, readMany });
      const found = await all(itemsInOrder(items, queues, ['overdue', 'failed'], range, 5));
      expect(idsOf(found)).toEqual(['0']);
      expect(found).toMatchObject([{ record: { state: 'failed' } }]);
    });

    test('an item that cannot be read is an error at its position, and hides no other (P8)', async () => {
      const queues = await insert(6, (index) => ({
        ...breached(index),
        ...(index === 2 && { tags: 'secret' as never }),
      }));
      const found = await all(itemsInOrder(table(), queues, ['overdue', 'failed'], range, 2));
      expect(idsOf(found)).toEqual(numbers(0, 6));
      expect(found[2]).toMatchObject({ item: '2', error: expect.any(Error) });
      const ids = numbers(0, 6).toReversed();
      const byId = await all(itemsById(table(), { workflow: queues.workflow, ids }));
      expect(idsOf(byId)).toEqual(ids);
      expect(byId[3]).toMatchObject({ item: '2', error: expect.any(Error) });
      const ordered = await all(itemsByIdInOrder(table(), { workflow: queues.workflow, ids }, undefined));
      // Its registration is unknown, so it comes first.
      expect(idsOf(ordered)).toEqual(['2', '0', '1', '3', '4', '5']);
    });

    test('items read by their ids have the same positions; receipts and unknown ids have none', async () => {
      const queues = await insert(8, breached);
      const { workflow } = queues;
      for (const item of ['3', '4']) {
        const seen = await table().readOpen(workflow, item);
        const kept = { completedAt: minute(9), expiresAt: 4_000_000_000 };
        if (seen) await table().end(seen, { revision: seen.revision }, kept);
      }
      const ids = ['7', '1', '3', 'never', '0', '1', '5'];
      const found = await all(itemsByIdInOrder(table(), { workflow, ids }, undefined));
      expect(idsOf(found)).toEqual(['0', '1', '5', '7']);
      const inOrder = await all(itemsInOrder(table(), queues, ['overdue', 'failed'], range, 9));
      const places = new Map(inOrder.map((one) => [idsOf([one])[0], one.position]));
      for (const one of found) expect(one.position).toBe(places.get(idsOf([one])[0]));
      const rest = await all(itemsByIdInOrder(table(), { workflow, ids }, found[1]?.position));
      expect(idsOf(rest)).toEqual(['5', '7']);
      expect(idsOf(await all(itemsById(table(), { workflow, ids })))).toEqual(['7', '1', '3', '0', '5']);
    });

    test('reading fails if DynamoDB was too busy for one item, instead of leaving it out (P7)', async () => {
      const queues = await insert(3, breached);
      const { workflow } = queues;
      const busy: ItemsTable = Object.assign(Object.create(table()), {
        readMany: async (...asked: Parameters<ItemsTable['readMany']>) =>
          new Map([...(await table().readMany(...asked)), [`${workflow}#1`, new LeftOut()]]),
      });
      const ids = numbers(0, 3);
      for (const reading of [
        itemsInOrder(busy, queues, ['overdue', 'failed'], range, 5),
        itemsById(busy, { workflow, ids }),
        itemsByIdInOrder(busy, { workflow, ids }, undefined),
      ]) {
        await expect(all<unknown>(reading)).rejects.toThrow(LeftOut);
      }
    });
  });
});
