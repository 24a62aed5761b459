import { beforeAll, describe, expect, test } from 'vitest';
import { shardOf } from '../../../../core/aws/items/keys.ts';
import { isWalkPosition, type Walk, type WalkedPart, walkTable } from '../../../../core/aws/items/walk.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { onEngines } from '../../../support/on-engines.ts';

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('the order of the table', () => {
  onEngines((warden) => {
    let workflow: string;
    const ids = [
      ...Array.from({ length: 60 }, (_, index) => `scan-${index}`),
      ...['\u{1f600}', '\uffee', 'a', 'a/b', 'a#b', 'é', '~', 'ab'],
    ];
    const states = ['waiting', 'overdue', 'failed', 'completed'] as const;
    const stateOf = new Map(ids.map((item, index) => [item, states[index % 4]]));
    const inTable = ids.toSorted((a, b) => shardOf(a) - shardOf(b) || bytewise(a, b));

    beforeAll(async () => {
      workflow = warden().newWorkflow();
      const { items } = warden().aws.service;
      for (const item of ids) {
        const state = stateOf.get(item);
        const record = itemRecord({ workflow, item, data: 'x'.repeat(100) });
        if (state !== 'completed') await items.insert({ ...record, state: state ?? 'waiting' });
        else {
          await items.insert(record);
          await items.end(record, {}, { completedAt: record.deadline, expiresAt: 2_000_000_000 });
        }
      }
      // Items of other workflows with similar keys.
      for (const other of [`${workflow}0`, workflow.slice(0, -1)]) {
        await items.insert(itemRecord({ workflow: other, item: 'scan-1' }));
      }
    });

    const walk = async (change: Partial<Walk>, pageSize = 7): Promise<WalkedPart[]> => {
      const { items } = warden().aws.service;
      const asked = {
        workflow,
        states,
        order: 'asc',
        after: undefined,
        data: false,
        now: 0,
        ...change,
      } as Walk;
      const parts: WalkedPart[] = [];
      for await (const part of walkTable(items, asked, pageSize)) parts.push(part);
      return parts;
    };
    const itemsIn = (parts: WalkedPart[]) =>
      parts.flatMap(({ found }) => found.map((seen) => ('item' in seen ? seen.item : seen.record.item)));

    test.each([1, 2, 7, 1_000])(
      'has every item once, whatever its state, %i a page, also in reverse',
      async (size) => {
        expect(itemsIn(await walk({}, size))).toEqual(inTable);
        expect(itemsIn(await walk({ order: 'desc' }, size))).toEqual(inTable.toReversed());
      },
    );

    test('has only items in the requested states, with data on request', async () => {
      for (const asked of [['waiting'], ['completed'], ['overdue', 'failed']] as Walk['states'][]) {
        const parts = await walk({ states: asked, data: true }, 1);
        const wanted = inTable.filter((item) => asked.some((state) => state === stateOf.get(item)));
        expect(itemsIn(parts)).toEqual(wanted);
        for (const seen of parts.flatMap(({ found }) => found)) {
          const { data, state } = (seen as { record: ItemRecord }).record;
          expect(data).toBe((state as string) === 'completed' ? undefined : 'x'.repeat(100));
        }
      }
      const [seen] = (await walk({ states: ['waiting'] })).flatMap(({ found }) => found);
      expect(seen).not.toHaveProperty('record.data');
    });

    test.each(['asc', 'desc'] as const)(
      'continues %s after any of its positions with the remaining items',
      async (order) => {
        const all = order === 'asc' ? inTable : inTable.toReversed();
        const parts = await walk({ order }, 2);
        expect(parts.at(-1)?.position).toBeUndefined();
        let seen = 0;
        for (const [index, { found, position }] of parts.slice(0, -1).entries()) {
          seen += found.length;
          if (position === undefined) throw new Error('it ends too early');
          expect(isWalkPosition(position)).toBe(true);
          // From the end of a partition, and from an item before the end. Each walk takes at least 32 queries.
          if (index % 6 > 0) continue;
          expect(itemsIn(await walk({ order, after: position }, 5))).toEqual(all.slice(seen));
          const [first] = found;
          if (!first) continue;
          expect(isWalkPosition(first.position)).toBe(true);
          const rest = all.slice(seen - found.length + 1);
          expect(itemsIn(await walk({ order, after: first.position }, 3))).toEqual(rest);
        }
      },
    );

    test('by prefix has the items whose ids begin with it, whatever characters it has', async () => {
      for (const prefix of ['scan-1', 'a', 'a#', '\u{1f600}', '~', 'none']) {
        const wanted = inTable.filter((item) => item.startsWith(prefix));
        expect(itemsIn(await walk({ prefix }, 2))).toEqual(wanted);
        expect(itemsIn(await walk({ prefix, order: 'desc' }, 1))).toEqual(wanted.toReversed());
      }
    });

    test('has no expired receipt, even if it is still in the table', async () => {
      const open = inTable.filter((item) => stateOf.get(item) !== 'completed');
      expect(itemsIn(await walk({ now: 1_999_999_999_999 }))).toEqual(inTable);
      expect(itemsIn(await walk({ now: 2_000_000_000_000 }))).toEqual(open);
    });

    test('has an error in the place of an unreadable item, and all other items (P8)', async () => {
      const own = warden().newWorkflow();
      const { items } = warden().aws.service;
      for (const item of ids.slice(0, 20)) {
        const damage = item === 'scan-7' ? { timer: 7 as never } : {};
        await items.insert(itemRecord({ workflow: own, item, ...damage }));
      }
      const parts = await walk({ workflow: own }, 2);
      expect(itemsIn(parts)).toEqual(inTable.filter((item) => ids.indexOf(item) < 20));
      const errors = parts.flatMap(({ found }) => found.flatMap((seen) => ('error' in seen ? [seen] : [])));
      expect(errors).toMatchObject([{ item: 'scan-7', error: expect.any(Error) }]);
      expect(itemsIn(await walk({ workflow: own, after: errors[0]?.position }))).toEqual(
        itemsIn(parts).slice(itemsIn(parts).indexOf('scan-7') + 1),
      );
    });

    test('is empty for an unknown workflow', async () => {
      expect(itemsIn(await walk({ workflow: 'unknown' }))).toEqual([]);
    });
  });
});

test('a position is a partition with an id of it, or the end of a partition, and matches the list', () => {
  const shard = String(shardOf('scan-1')).padStart(2, '0');
  const other = String((shardOf('scan-1') + 1) % 32).padStart(2, '0');
  expect([`${shard}#scan-1`, '00~', '31~'].map((position) => isWalkPosition(position))).toEqual([
    true,
    true,
    true,
  ]);
  for (const forged of [
    `${other}#scan-1`,
    `${shard}#scan-2`,
    `${shard}~x`,
    'scan-1',
    '',
    '~',
    '0~',
    '000~',
    '32~',
    // Not a key of DynamoDB.
    ...['', 'x'.repeat(1_025)].map((item) => `${String(shardOf(item)).padStart(2, '0')}#${item}`),
  ])
    expect(isWalkPosition(forged)).toBe(false);
  expect(isWalkPosition(`${shard}#scan-1`, 'scan')).toBe(true);
  expect(isWalkPosition(`${shard}#scan-1`, 'other')).toBe(false);
});
