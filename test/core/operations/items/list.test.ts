import { describe, expect, test } from 'vitest';
import { LeftOut } from '../../../../core/aws/batch-read.ts';
import { list as listItems } from '../../../../core/operations/items/list.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { inTable } from './support/in-table.ts';
import {
  numbers,
  numbersInTable,
  overdue,
  range,
  small,
  thirtyItems,
  waiting,
} from './support/thirty-items.ts';

describe('list', () => {
  onOneEngine((warden) => {
    const { workflow, list, listAll } = thirtyItems(warden);

    test('returns all open items in the order of the table, without data', async () => {
      const { json, items, cursor } = await list();
      expect(items).toEqual(inTable(items));
      expect(numbers(items).toSorted((a, b) => a - b)).toEqual(range);
      expect(cursor).toBeUndefined();
      expect(JSON.stringify(json)).not.toContain('"data"');
      expect(json.items[items.indexOf('item-0')]).toMatchObject({
        workflow: workflow(),
        item: 'item-0',
        state: 'overdue',
        caughtBy: 'timer',
      });
    });

    test.each([
      ['state=waiting', numbersInTable(waiting)],
      ['state=waiting&sort=deadline', waiting],
      ['state=waiting&sort=deadline&order=desc', waiting.toReversed()],
      ['state=overdue', overdue],
      ['state=overdue&sort=id', numbersInTable(overdue)],
      ['state=failed', [29]],
      ['state=failed&state=overdue', [...overdue, 29]],
      ['state=failed&state=failed', [29]],
      ['state=waiting&state=overdue&state=failed', numbersInTable(range)],
      ['state=completed', []],
      ['reason=space%20left', [29]],
      ['reason=Space', []],
      ['type=disk-full', [29]],
      ['type=disk', []],
      ['started=true&state=failed', [29]],
      ['started=false', []],
      ['step=odd&state=waiting', numbersInTable(waiting.filter((index) => index % 2 === 1))],
      ['tag=customer:acme:eu', small],
      ['tag=small', small],
      ['tag=small:', small],
      ['tag=customer:acme:eu&tag=small', small],
      ['tag=customer:globex&tag=small', []],
      ['tag=customer:acme', []],
      ['tag=toString', []],
      ['step=neither', []],
      ['id=item-4&id=item-0&id=none&id=item-29&id=item-0', [0, 29, 4]],
      ['id=item-4&id=item-0&state=waiting', [4]],
      ['id=item-4&id=item-0&order=desc', [4, 0]],
      [
        'prefix=item-2&state=waiting',
        numbersInTable(waiting.filter((index) => String(index).startsWith('2'))),
      ],
      ['prefix=tem', []],
      ['attempt=1&state=failed', [29]],
      ['attempt=2', []],
    ])('filters by %s', async (query, expected) => {
      expect(numbers((await list(`?${query}`)).items)).toEqual(expected);
    });

    test.each(['state=waiting', 'state=waiting&sort=deadline'])(
      'filters by deadline: dueAfter ≤ deadline < dueBefore, of %s',
      async (query) => {
        const deadlines = (await list('?state=waiting&sort=deadline')).json.items.map(
          ({ deadline }: { deadline: string }) => deadline,
        );
        const between = (
          await listAll(`${query}&dueAfter=${deadlines[2]}&dueBefore=${deadlines[5]}`)
        ).toSorted();
        expect(between).toEqual(waiting.slice(2, 5).map((index) => `item-${index}`));
        const offset = encodeURIComponent(deadlines[2].replace('Z', '+00:00'));
        const after = numbers(await listAll(`${query}&dueAfter=${offset}`));
        expect(after.toSorted((a, b) => a - b)).toEqual(waiting.slice(2));
      },
    );

    test('filters by registration: registeredAfter ≤ registeredAt < registeredBefore', async () => {
      const own = warden().newWorkflow();
      const times: string[] = [];
      for (const item of ['a', 'b', 'c']) {
        times.push((await warden().register(own, item, { timeout: 600 })).json.registeredAt);
        warden().clock.advance(2_000);
      }
      const path = `/v1/workflows/${own}/items?registeredAfter=${times[1]}`;
      const itemsOf = async (query: string) =>
        (await warden().request('GET', path + query)).json.items.map(({ item }: { item: string }) => item);
      expect((await itemsOf('')).toSorted()).toEqual(['b', 'c']);
      expect(await itemsOf(`&registeredBefore=${times[2]}`)).toEqual(['b']);
    });

    test('shows everything of an item except its data, in every order', async () => {
      const own = warden().newWorkflow();
      const asked = { timeout: 600, warnAfter: 5, data: 'large', run: 'r', step: 'begun' };
      await warden().register(own, 'warned', asked);
      await warden().register(own, 'unstarted', { timeout: 600, startBy: 300, warnAfter: 5 });
      await warden().pass(6_000);
      const at = new Date(warden().clock.now()).toISOString();
      const whole = async () => {
        const read = await Promise.all(['warned', 'unstarted'].map((item) => warden().read(own, item)));
        return read.map(({ json: { data, ...item } }) => item);
      };
      const expectShown = async (query: string) => {
        const { json } = await warden().request('GET', `/v1/workflows/${own}/items${query}`);
        expect(json.items).toHaveLength(2);
        expect(json.items).toEqual(expect.arrayContaining(await whole()));
      };
      const waits = { state: 'waiting', warnedAt: at };
      expect(await whole()).toMatchObject([waits, { ...waits, startBy: expect.any(String) }]);
      for (const query of ['', '?state=waiting&sort=deadline']) await expectShown(query);
      await warden().pass(600_000);
      const isOverdue = { state: 'overdue', overdueAt: expect.any(String), incident: expect.any(String) };
      expect(await whole()).toMatchObject([isOverdue, isOverdue]);
      for (const query of ['', '?state=overdue']) await expectShown(query);
    });

    test('shows all other items if one row cannot be read, and logs it (P8)', async () => {
      const own = warden().newWorkflow();
      for (const item of ['good', 'damaged', 'fine']) await warden().register(own, item, { timeout: 60 });
      const { items } = warden().aws.service;
      const seen = await items.readOpen(own, 'damaged');
      if (seen) await items.replace({ ...seen, tags: 'secret' as never }, seen.revision);
      const { status, json } = await warden().request('GET', `/v1/workflows/${own}/items`);
      expect(status).toBe(200);
      expect(json.items.map(({ item }: { item: string }) => item).toSorted()).toEqual(['fine', 'good']);
      expect((await warden().request('GET', `/v1/workflows/${own}`)).json.counts.waiting).toBe(3);
      const log = warden().logLines.filter((line) => line.includes('record cannot be read'));
      expect(log.length).toBeGreaterThan(0);
      expect(log.join()).not.toContain('secret');
    });

    test.each([
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=ten', 'limit'],
      ['limit=', 'limit'],
      ['state=late', 'state.0'],
      ['state=waiting&state=late', 'state.1'],
      [Array.from({ length: 5 }, () => 'state=waiting').join('&'), 'state'],
      ['order=up', 'order'],
      ['tag=', 'tag.0'],
      ['tag=a&tag=-', 'tag.1'],
      [Array.from({ length: 11 }, (_, index) => `tag=${index}`).join('&'), 'tag'],
      ['reason=', 'reason'],
      [`reason=${'x'.repeat(1_025)}`, 'reason'],
      ['reason=a&reason=b', 'reason'],
      ['type=', 'type'],
      [`type=${'x'.repeat(129)}`, 'type'],
      ['started=', 'started'],
      ['started=no', 'started'],
      ['started=False', 'started'],
      ['started=true&started=false', 'started'],
      ['dueBefore=yesterday', 'dueBefore'],
      ['dueAfter=2026-02-30T00:00:00Z', 'dueAfter'],
      ['nonsense=1', 'nonsense'],
      ['dueAfter=2026-03-02T00:00:00Z&dueBefore=2026-03-01T00:00:00Z', 'dueAfter'],
      ['dueBefore=9999-12-31T23:59:59-01:00', 'dueBefore'],
      ['__proto__=1', '__proto__'],
      ['sort=name', 'sort'],
      ['attempt=0', 'attempt'],
      ['attempt=1e2', 'attempt'],
      ['id=', 'id.0'],
      [Array.from({ length: 101 }, (_, index) => `id=${index}`).join('&'), 'id'],
      ['registeredAfter=2026-03-02T00:00:00Z&registeredBefore=2026-03-01T00:00:00Z', 'registeredAfter'],
      ['format=csv', 'format'],
    ])('refuses %s and names %s', async (query, path) => {
      const { status, json } = await list(`?${query}`);
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: 'invalid-request', errors: [{ path }] });
    });

    test('by ids fails as a whole if one item could not be read in time, instead of leaving it out (P7)', async () => {
      const own = warden().newWorkflow();
      await warden().register(own, 'a', { timeout: 60 });
      const { items } = warden().aws.service;
      const busy = Object.assign(Object.create(items), {
        readMany: async () => new Map([[`${own}#b`, new LeftOut()]]),
      });
      const asked = listItems(
        { ...warden().aws.service, items: busy },
        { workflow: own, query: { id: ['a', 'b'] } },
      );
      await expect(asked).rejects.toThrow(LeftOut);
    });

    test('public report L: of a mistyped workflow is a 404, and of one without items is empty (P7)', async () => {
      const known = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${known}`, { body: {} });
      for (const query of ['', '?state=overdue', '?id=a', '?format=jsonl', '?sort=deadline&state=waiting']) {
        const list = (name: string) => warden().request('GET', `/v1/workflows/${name}/items${query}`);
        expect((await list(known)).status).toBe(200);
        const { status, json } = await list(`${known}x`);
        expect([query, status, json.code]).toEqual([query, 404, 'workflow-not-found']);
      }
    });
  });
});
