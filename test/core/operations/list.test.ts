import { beforeAll, describe, expect, test } from 'vitest';
import { onEngines } from '../../support/on-engines.ts';
import type { Reply } from '../../support/warden.ts';

describe('list', () => {
  onEngines((warden) => {
    let workflow: string;

    /** item-0 … item-29, due ten seconds after each other; every third is overdue, item-29 has failed. */
    beforeAll(async () => {
      workflow = warden().newWorkflow();
      const start = warden().clock.now();
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          warden().register(workflow, `item-${index}`, {
            deadline: new Date(
              start + (index % 3 === 0 ? 1_000 + index : 100_000 + index * 10_000),
            ).toISOString(),
            step: index % 2 === 0 ? 'even' : 'odd',
            tags: index < 10 ? { customer: 'acme:eu', small: '' } : { customer: 'globex' },
          }),
        ),
      );
      await warden().pass(3_000);
      await warden().progress(workflow, 'item-29', { failed: { reason: 'x' } });
      await warden().notifications(workflow);
    });

    async function list(
      query = '',
    ): Promise<{ status: number; items: string[]; cursor?: string; json: Reply['json'] }> {
      const { status, json } = await warden().request('GET', `/v1/workflows/${workflow}/items${query}`);
      return {
        status,
        items: json.items?.map((one: { item: string }) => one.item),
        cursor: json.cursor,
        json,
      };
    }

    async function listAll(query: string): Promise<string[]> {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(`?${query}${cursor ? `&cursor=${cursor}` : ''}`);
        expect(page.status).toBe(200);
        all.push(...page.items);
        cursor = page.cursor;
      } while (cursor);
      return all;
    }

    const numbers = (items: string[]) => items.map((item) => Number(item.slice(5)));
    const range = Array.from({ length: 30 }, (_, index) => index);
    const overdue = range.filter((index) => index % 3 === 0);
    const waiting = range.filter((index) => index % 3 !== 0 && index !== 29);

    test('gives all items in order of their deadlines, without data', async () => {
      const { json, items, cursor } = await list();
      expect(numbers(items)).toEqual([...overdue, ...waiting, 29]);
      expect(cursor).toBeUndefined();
      expect(JSON.stringify(json)).not.toContain('"data"');
      expect(json.items[0]).toMatchObject({ workflow, item: 'item-0', state: 'overdue', caughtBy: 'timer' });
    });

    test.each([
      ['state=waiting', waiting],
      ['state=overdue', overdue],
      ['state=failed', [29]],
      ['step=odd&state=waiting', waiting.filter((index) => index % 2 === 1)],
      ['tag=customer:acme:eu', [...overdue, ...waiting].filter((index) => index < 10)],
      ['tag=small', [...overdue, ...waiting].filter((index) => index < 10)],
      ['tag=small:', [...overdue, ...waiting].filter((index) => index < 10)],
      ['tag=customer:acme', []],
      ['tag=toString', []],
      ['step=neither', []],
    ])('filters by %s', async (query, expected) => {
      expect(numbers((await list(`?${query}`)).items)).toEqual(expected);
    });

    test('filters by when items are due: dueAfter ≤ deadline < dueBefore', async () => {
      const { items } = (await warden().request('GET', `/v1/workflows/${workflow}/items?state=waiting`)).json;
      const query = `state=waiting&dueAfter=${items[2].deadline}&dueBefore=${items[5].deadline}`;
      expect(numbers(await listAll(query))).toEqual(waiting.slice(2, 5));
      const offset = encodeURIComponent(items[2].deadline.replace('Z', '+00:00'));
      expect(numbers(await listAll(`state=waiting&dueAfter=${offset}`))).toEqual(waiting.slice(2));
    });

    test.each([4, 7, 30])('pages by %i in both directions, nothing doubled or skipped', async (limit) => {
      const all = [...overdue, ...waiting, 29];
      expect(numbers(await listAll(`limit=${limit}`))).toEqual(all);
      expect(numbers(await listAll(`limit=${limit}&order=desc`))).toEqual(all.toReversed());
      expect(numbers(await listAll(`limit=${limit}&step=even&state=overdue`))).toEqual(
        overdue.filter((index) => index % 2 === 0),
      );
    });

    test('keeps its place while items come and go', async () => {
      const own = warden().newWorkflow();
      const path = `/v1/workflows/${own}/items?limit=3`;
      for (let index = 0; index < 9; index++)
        await warden().register(own, `${index}`, { timeout: 100 + index });
      const first = (await warden().request('GET', path)).json;
      await warden().complete(own, '2');
      await warden().complete(own, '3');
      await warden().register(own, 'early', { timeout: 50 });
      const second = (await warden().request('GET', `${path}&cursor=${first.cursor}`)).json;
      expect(second.items.map((one: { item: string }) => one.item)).toEqual(['4', '5', '6']);
    });

    test('shows all others when one row cannot be read, and says so in the log (P8)', async () => {
      const own = warden().newWorkflow();
      for (const item of ['good', 'damaged', 'fine']) await warden().register(own, item, { timeout: 60 });
      const { items } = warden().aws.service;
      const seen = await items.read(own, 'damaged');
      if (seen) await items.replace({ ...seen, steps: 'secret' as never }, seen.revision);
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
      ['state=late', 'state'],
      ['order=up', 'order'],
      ['tag=', 'tag'],
      ['dueBefore=yesterday', 'dueBefore'],
      ['dueAfter=2026-02-30T00:00:00Z', 'dueAfter'],
      ['nonsense=1', 'nonsense'],
      ['dueAfter=2026-03-02T00:00:00Z&dueBefore=2026-03-01T00:00:00Z', 'dueAfter'],
      ['dueBefore=9999-12-31T23:59:59-01:00', 'dueBefore'],
      ['__proto__=1', '__proto__'],
      ['state=waiting&state=overdue', 'state'],
    ])('refuses %s and names %s', async (query, path) => {
      const { status, json } = await list(`?${query}`);
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: 'invalid-request', errors: [{ path }] });
    });

    test('refuses a cursor that is not its own', async () => {
      const { cursor } = await list('?limit=2');
      for (const query of [
        'cursor=nonsense',
        `cursor=${cursor}&state=waiting`,
        `cursor=${cursor}&order=desc`,
      ]) {
        expect((await list(`?${query}`)).json).toMatchObject({ status: 400, code: 'invalid-cursor' });
      }
      const { list: id } = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString());
      for (const after of ['~~', '', '\u007f', '2026', '0000-01-01T00:00:00.000Z', `${'9'.repeat(24)}#`, 7]) {
        const forged = Buffer.from(JSON.stringify({ after, list: id })).toString('base64url');
        expect((await list(`?limit=2&cursor=${forged}`)).json).toMatchObject({ code: 'invalid-cursor' });
      }
      const elsewhere = await warden().request('GET', `/v1/workflows/other/items?cursor=${cursor}`);
      expect(elsewhere.json).toMatchObject({ code: 'invalid-cursor' });
    });
  });
});
