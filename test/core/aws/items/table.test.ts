import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { attributesOf, keyOf, placeOf } from '../../../../core/aws/items/keys.ts';
import { limits } from '../../../../core/contract/limits.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import type { Receipt } from '../../../../core/model/item/receipt.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { onEngines } from '../../../support/on-engines.ts';

const at = '2026-03-01T12:00:10.000Z';

describe('the items table', () => {
  onEngines((warden) => {
    const items = () => warden().aws.service.items;
    const now = () => warden().clock.now();
    const newItem = (change: Partial<ItemRecord> = {}) =>
      itemRecord({ workflow: warden().newWorkflow(), ...change });
    const inserted = async (change: Partial<ItemRecord> = {}) => {
      const record = newItem(change);
      expect(await items().insert(record)).toBe(true);
      return record;
    };
    const receipt = (record: ItemRecord, expiresAt: number): Receipt => ({
      workflow: record.workflow,
      item: record.item,
      attempt: record.attempt,
      revision: record.revision,
      state: 'completed',
      registeredAt: record.registeredAt,
      startedAt: record.startedAt,
      deadline: record.deadline,
      timer: record.timer,
      completedAt: at,
      expiresAt,
    });
    const stored = async ({ workflow, item }: ItemRecord) => {
      const Key = keyOf({ workflow, item });
      const { client, name } = items();
      return (await client.send(new GetItemCommand({ TableName: name, Key, ConsistentRead: true }))).Item;
    };
    const asStored = (record: ItemRecord) => attributesOf({ ...record });

    test('inserts a new item once, and never over an open or completed one', async () => {
      const record = await inserted();
      expect(await items().insert({ ...record, tags: { other: '' } })).toBe(false);
      expect(await stored(record)).toEqual(asStored(record));
      const completed = newItem();
      const kept = receipt(completed, Math.floor(now() / 1_000) + 1);
      expect(await items().insert(kept)).toBe(true);
      expect(await items().insert(completed)).toBe(false);
      expect(await items().read(completed.workflow, completed.item)).toEqual(kept);
    });

    test('inserts a new item or receipt over an expired receipt, from the second of its expiry on', async () => {
      for (const over of ['item', 'receipt'] as const) {
        const record = newItem();
        const second = Math.floor(now() / 1_000) + 10;
        await items().insert(receipt(record, second));
        const next = over === 'item' ? record : receipt(record, second + 1_000);
        warden().clock.set(second * 1_000 - 1);
        expect(await items().insert(next)).toBe(false);
        expect(await items().read(record.workflow, record.item)).toBeDefined();
        warden().clock.set(second * 1_000);
        expect(await items().read(record.workflow, record.item)).toBeUndefined();
        expect(await items().insert(next)).toBe(true);
        expect(await items().read(record.workflow, record.item)).toEqual(next);
      }
    });

    test('replaces an item or receipt only in the revision of the snapshot', async () => {
      const record = await inserted({ revision: 3 });
      expect(await items().replace({ ...record, tags: { a: '' } }, 2)).toBe(false);
      expect(await items().replace({ ...record, tags: { a: '' } }, 3)).toBe(true);
      expect(await items().readOpen(record.workflow, record.item)).toMatchObject({
        revision: 4,
        tags: { a: '' },
      });
      expect(await items().replace(newItem(), 1)).toBe(false);
    });

    describe('ends an item', () => {
      const full = {
        data: 'secret',
        dataBytes: 6,
        step: 's',
        steps: [{ step: 's', at }],
        tags: { a: '' },
        run: 'r1',
        pastRuns: ['r0'],
        startBy: at,
        warnAfterMs: 1,
        warnedAt: at,
        deadlineSetAt: at,
        redrive: 'd',
        queueShards: 64,
      };

      test('in one write, which leaves only the receipt, outside the index (P5)', async () => {
        const record = await inserted(full);
        const kept = { completedAt: at, expiresAt: 4_000_000_000 };
        expect(await items().end(record, { attempt: 1, run: 'r1' }, kept)).toEqual(record);
        const left = {
          ...receipt(record, kept.expiresAt),
          run: 'r1',
          redrive: 'd',
          pastRuns: ['r0'],
          revision: 2,
        };
        expect(await stored(record)).toEqual(attributesOf(left));
        expect(await items().read(record.workflow, record.item)).toEqual(left);
        expect(await items().readOpen(record.workflow, record.item)).toBeUndefined();
        const { count } = await items().byTime.count(
          { workflow: record.workflow, shards: 64 },
          'waiting',
          10,
        );
        expect(count).toBe(0);
      });

      test('also after its breach was notified, which the receipt records', async () => {
        const breach = {
          breachedAt: at,
          overdueAt: at,
          caughtBy: 'timer',
          reportedAt: at,
          incident: 'i',
        } as const;
        const record = await inserted({ ...full, ...breach, state: 'overdue', neverStarted: true });
        const kept = { completedAt: at, expiresAt: 4_000_000_000 };
        expect(await items().end(record, { revision: 1 }, kept)).toEqual(record);
        const left = {
          ...receipt(record, kept.expiresAt),
          run: 'r1',
          redrive: 'd',
          pastRuns: ['r0'],
          breachedAt: at,
        };
        expect(await stored(record)).toEqual(attributesOf({ ...left, revision: 2 }));
        expect(await items().byTime.hasBreached({ workflow: record.workflow, shards: 64 })).toBe(false);
      });

      test('and deletes it if no receipt is to be kept', async () => {
        const record = await inserted(full);
        expect(await items().end(record, {})).toEqual(record);
        expect(await stored(record)).toBeUndefined();
        expect(await items().end(record, {})).toBeUndefined();
      });

      test.each([{ attempt: 2 }, { run: 'r2' }, { attempt: 1, run: 'r2' }, { revision: 2 }])(
        'only under the given conditions, not under %j (P2)',
        async (which) => {
          const record = await inserted(full);
          for (const kept of [{ completedAt: at, expiresAt: 4_000_000_000 }, undefined]) {
            expect(await items().end(record, which, kept)).toBeUndefined();
            expect(await stored(record)).toEqual(asStored(record));
          }
        },
      );

      test.each(['overdue', 'failed', 'completed', 'not there'])(
        'only while it waits, unless the breach was seen: an item that is %s does not change (P2, P3)',
        async (state) => {
          const record = newItem({ state: state === 'failed' ? 'failed' : 'overdue' });
          if (state === 'completed') await items().insert(receipt(record, 4_000_000_000));
          else if (state !== 'not there') await items().insert(record);
          const before = await stored(record);
          for (const kept of [{ completedAt: at, expiresAt: 4_000_000_001 }, undefined]) {
            expect(await items().end(record, {}, kept)).toBeUndefined();
            expect(await stored(record)).toEqual(before);
          }
        },
      );
    });

    test('marks an item overdue once, for the deadline and attempt of the snapshot (P2, P3)', async () => {
      const record = await inserted();
      for (const other of [{ deadline: at.replace('10', '11') }, { startedAt: at }]) {
        expect(await items().expire({ ...record, ...other }, at, 'timer')).toBeUndefined();
      }
      const overdue = await items().expire(record, at, 'sweep');
      expect(overdue).toMatchObject({ state: 'overdue', overdueAt: at, breachedAt: at, caughtBy: 'sweep' });
      expect(await items().expire(record, at, 'timer')).toBeUndefined();
      expect(await stored(record)).toMatchObject(placeIn(record));
    });

    test('marks an item that was not started overdue too, but only in the revision of the snapshot (P2)', async () => {
      const reported = {
        breachedAt: at,
        overdueAt: at,
        reportedAt: at,
        incident: 'i',
        caughtBy: 'timer',
      } as const;
      const record = await inserted({ state: 'overdue', neverStarted: true, revision: 3, ...reported });
      const later = at.replace('10', '11');
      expect(await items().expire({ ...record, revision: 2 }, later, 'timer')).toBeUndefined();
      expect(await stored(record)).toEqual(asStored(record));
      const overdue = await items().expire(record, later, 'timer');
      expect(overdue).toMatchObject({ state: 'overdue', overdueAt: later, revision: 4 });
      expect(overdue).not.toHaveProperty('reportedAt');
      // It was completed between the snapshot and the mark.
      expect(
        await items().end(record, { revision: 4 }, { completedAt: later, expiresAt: 4_000_000_000 }),
      ).toBeDefined();
      const completed = await stored(record);
      expect(await items().expire({ ...record, revision: 4 }, later, 'timer')).toBeUndefined();
      expect(await stored(record)).toEqual(completed);
    });

    test('marks an item as never started only while it has no step', async () => {
      const record = await inserted();
      await items().progress({
        ...record,
        now: at,
        step: 's',
        deadline: undefined,
        run: undefined,
        data: undefined,
        tags: undefined,
        attempt: undefined,
      });
      expect(await items().expire(record, at, 'timer', true)).toBeUndefined();
      expect(await items().expire(record, at, 'timer')).toMatchObject({ state: 'overdue' });
    });

    test('moves an item in the index when it is reported and when its next check changes, and at no other change', async () => {
      const record = await inserted();
      const later = '2026-03-01T12:05:00.000Z';
      const extended = await items().progress({
        workflow: record.workflow,
        item: record.item,
        now: at,
        step: 's',
        deadline: later,
        tags: { a: '' },
        data: 'x',
      });
      expect(extended).toMatchObject({ deadline: later, step: 's', tags: { a: '' }, data: 'x' });
      expect(await stored(record)).toMatchObject(placeIn(record));
      if (!extended) return;
      expect(await items().recordTimer(extended, { timer: 't', timerAt: later })).toBe(true);
      expect(await items().recordTimer(extended, { timer: 't2', timerAt: at })).toBe(false);
      expect(await stored(record)).toMatchObject(placeIn({ ...record, timerAt: later }));
      const overdue = await items().expire(extended, later, 'timer');
      if (!overdue) throw new Error('it is not overdue');
      expect(await items().recordReport({ ...overdue, startedAt: at }, later, 'i')).toBe(false);
      expect(await items().recordReport(overdue, later, 'i')).toBe(true);
      const reported = { ...overdue, reportedAt: later };
      expect(await stored(record)).toMatchObject({ ...placeIn(reported), since: { S: later } });
    });

    const placeIn = (record: ItemRecord) => {
      const { queue, time } = placeOf(record);
      return { queue: { S: queue }, time: { S: time } };
    };

    test.each<[string, Partial<ItemRecord>, object]>([
      [
        'a step that it has already reached',
        {
          step: 'a',
          steps: [
            { step: 'a', at },
            { step: 'b', at },
          ],
        },
        { step: 'a' },
      ],
      [
        'a step when it has the maximum number of steps',
        { steps: Array.from({ length: limits.steps }, (_, index) => ({ step: `${index}`, at })) },
        { step: 'a' },
      ],
      ['an earlier deadline', {}, { deadline: '2026-03-01T12:00:09.999Z' }],
      ['anything when it is overdue', { state: 'overdue' }, { tags: {} }],
      ['anything for another attempt', {}, { tags: {}, attempt: 2 }],
      ['anything for another run', { run: 'r1' }, { tags: {}, run: 'r2' }],
    ])('takes no %s in one write', async (_, change, update) => {
      const started = { startedAt: '2026-03-01T12:00:00.000Z' };
      const record = await inserted({ ...started, ...change });
      const { workflow, item } = record;
      expect(await items().progress({ workflow, item, now: at, ...update })).toBeUndefined();
      expect(await stored(record)).toEqual(asStored(record));
    });

    test('records a step that only an earlier attempt has reached, in one write', async () => {
      const before = { step: 'a', at: '2026-02-28T00:00:00.000Z' };
      const record = await inserted({ steps: [before] });
      const written = await items().progress({
        workflow: record.workflow,
        item: record.item,
        now: at,
        step: 'a',
      });
      expect(written).toMatchObject({ step: 'a', steps: [before, { step: 'a', at }] });
    });

    test('reads many at once: open items, receipts, an error for an unreadable record, and no expired receipt (P8)', async () => {
      const workflow = warden().newWorkflow();
      const one = (item: string, change: Partial<ItemRecord> = {}) =>
        itemRecord({ workflow, item, ...change });
      const second = Math.floor(now() / 1_000);
      await items().insert(one('open', { data: 'x' }));
      await items().insert(receipt(one('kept'), second + 1));
      await items().insert(receipt(one('expired'), second));
      await items().insert(one('damaged', { tags: 'secret' as never }));
      await items().insert({ ...receipt(one('torn'), second + 1), completedAt: 7 as never });
      const names = ['open', 'kept', 'expired', 'damaged', 'torn', 'never'];
      const keys = names.map((item) => ({ workflow, item }));
      const found = await items().readMany(keys);
      expect([...found.keys()].toSorted()).toEqual(
        ['damaged', 'kept', 'open', 'torn'].map((item) => `${workflow}#${item}`),
      );
      expect(found.get(`${workflow}#open`)).toEqual(one('open'));
      expect(found.get(`${workflow}#kept`)).toEqual(receipt(one('kept'), second + 1));
      for (const item of ['damaged', 'torn']) {
        expect(found.get(`${workflow}#${item}`)).toBeInstanceOf(Error);
        expect(String(found.get(`${workflow}#${item}`))).not.toContain('secret');
        await expect(items().read(workflow, item)).rejects.toThrow();
      }
      const open = await items().readManyOpen(keys, { data: true });
      expect(open.get(`${workflow}#open`)).toEqual(one('open', { data: 'x' }));
      expect(open.has(`${workflow}#kept`)).toBe(false);
    });
  });
});
