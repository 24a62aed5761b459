import { beforeAll, describe, expect, test } from 'vitest';
import { LeftOut } from '../../../../core/aws/batch-read.ts';
import { shardOf } from '../../../../core/aws/items/keys.ts';
import { limits } from '../../../../core/contract/limits.ts';
import { list as listItems } from '../../../../core/operations/items/list.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import type { Reply } from '../../../support/request-in-process.ts';

/** Ids in the fixed order of the table: by partition, and by id in each. */
function inTable(items: readonly string[]): string[] {
  const keyOf = (item: string) => `${String(shardOf(item)).padStart(2, '0')}#${item}`;
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

describe('list', () => {
  onOneEngine((warden) => {
    let workflow: string;

    /** item-0 … item-29, due ten seconds after each other. Every third item is overdue, and item-29 has failed. */
    beforeAll(async () => {
      workflow = warden().newWorkflow();
      const start = warden().clock.now();
      for (let index = 0; index < 30; index++) {
        await warden().register(workflow, `item-${index}`, {
          deadline: new Date(
            start + (index % 3 === 0 ? 1_100 + index : 100_000 + index * 10_000),
          ).toISOString(),
          step: index % 2 === 0 ? 'even' : 'odd',
          tags: index < 10 ? { customer: 'acme:eu', small: '' } : { customer: 'globex' },
        });
        warden().clock.advance(1);
      }
      await warden().pass(3_000);
      await warden().progress(workflow, 'item-29', {
        failed: { reason: 'no space left on /var', type: 'disk-full' },
      });
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
    const numbersInTable = (indexes: number[]) => numbers(inTable(indexes.map((index) => `item-${index}`)));
    const small = numbersInTable(range.filter((index) => index < 10));

    test('returns all open items in the order of the table, without data', async () => {
      const { json, items, cursor } = await list();
      expect(items).toEqual(inTable(items));
      expect(numbers(items).toSorted((a, b) => a - b)).toEqual(range);
      expect(cursor).toBeUndefined();
      expect(JSON.stringify(json)).not.toContain('"data"');
      expect(json.items[items.indexOf('item-0')]).toMatchObject({
        workflow,
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

    test('returns breached items in order of registration, which no change affects', async () => {
      const own = warden().newWorkflow();
      // Items registered later are due earlier.
      for (let index = 0; index < 9; index++) {
        await warden().register(own, `${index}`, { timeout: 60 - 4 * index });
        warden().clock.advance(1_000);
      }
      await warden().register(own, 'failed', { timeout: 60 });
      await warden().progress(own, 'failed', { failed: { reason: 'x' } });
      await warden().pass(62_000);
      const path = `/v1/workflows/${own}/items?state=overdue&sort=registration&limit=3`;
      const page = async (query = '') => {
        const { status, json } = await warden().request('GET', path + query);
        expect(status).toBe(200);
        return {
          items: json.items.map(({ item }: { item: string }) => item).join(''),
          cursor: json.cursor,
        };
      };
      const first = await page();
      expect(first.items).toBe('012');
      // Before the cursor one item goes and one comes back. After the cursor one goes and one moves its deadline.
      await warden().complete(own, '1');
      await warden().complete(own, '4');
      for (const item of ['2', '5']) await warden().register(own, item, { timeout: 5 });
      await warden().pass(6_000);
      const second = await page(`&cursor=${first.cursor}`);
      expect(second.items).toBe('356');
      expect((await page(`&cursor=${second.cursor}`)).items).toBe('78');
      expect((await page('&order=desc')).items).toBe('876');
      const { registeredAt } = (await warden().read(own, '6')).json;
      expect((await page(`&registeredAfter=${registeredAt}`)).items).toBe('678');
      expect((await page(`&registeredBefore=${registeredAt}`)).items).toBe('023');
      expect((await page('&id=7&id=failed&id=0')).items).toBe('07');
    });

    test.each([4, 7, 30])(
      'returns pages of %i in both directions, with nothing doubled or skipped',
      async (limit) => {
        const all = numbersInTable(range);
        expect(numbers(await listAll(`limit=${limit}&state=waiting&sort=deadline`))).toEqual(waiting);
        expect(numbers(await listAll(`limit=${limit}&state=waiting&sort=deadline&order=desc`))).toEqual(
          waiting.toReversed(),
        );
        expect(numbers(await listAll(`limit=${limit}&state=failed&state=overdue`))).toEqual([...overdue, 29]);
        expect(numbers(await listAll(`limit=${limit}`))).toEqual(all);
        expect(numbers(await listAll(`limit=${limit}&order=desc`))).toEqual(all.toReversed());
        const byId = all.map((index) => `id=item-${index}`).join('&');
        const ids = all.map((index) => `item-${index}`).toSorted();
        expect(await listAll(`limit=${limit}&${byId}`)).toEqual(ids);
        expect(await listAll(`limit=${limit}&order=desc&${byId}`)).toEqual(ids.toReversed());
        const tagged = 'tag=customer&tag=small&state=overdue&state=waiting&started=true';
        expect(numbers(await listAll(`limit=${limit}&${tagged}`))).toEqual(small);
        expect(numbers(await listAll(`limit=${limit}&step=even&state=overdue`))).toEqual(
          overdue.filter((index) => index % 2 === 0),
        );
      },
    );

    test('keeps its position in order of deadlines while items come and go', async () => {
      const own = warden().newWorkflow();
      const path = `/v1/workflows/${own}/items?state=waiting&sort=deadline&limit=3`;
      for (let index = 0; index < 9; index++)
        await warden().register(own, `${index}`, { timeout: 100 + index });
      const first = (await warden().request('GET', path)).json;
      await warden().complete(own, '2');
      await warden().complete(own, '3');
      await warden().register(own, 'early', { timeout: 50 });
      // A later deadline does not move the item: it is first checked at the old deadline.
      await warden().progress(own, '4', { timeout: 3_600 });
      const second = (await warden().request('GET', `${path}&cursor=${first.cursor}`)).json;
      expect(second.items.map((one: { item: string }) => one.item)).toEqual(['4', '5', '6']);
    });

    test('keeps its position in the table while items come and go, in whatever state', async () => {
      const own = warden().newWorkflow();
      const path = `/v1/workflows/${own}/items?limit=3`;
      const all = inTable(Array.from({ length: 11 }, (_, index) => `${index}`));
      const [before = '', ...items] = all.toSpliced(5, 1);
      const behind = all[5] ?? '';
      for (const item of items) await warden().register(own, item, { timeout: 5 });
      const first = (await warden().request('GET', path)).json;
      const idsOf = (json: Reply['json']) => json.items.map((one: { item: string }) => one.item);
      expect(idsOf(first)).toEqual(items.slice(0, 3));
      // All items go overdue except one on each side of the cursor, which are completed. Another one comes on each
      // side.
      for (const index of [2, 3]) await warden().complete(own, items[index] ?? '');
      for (const item of [before, behind]) await warden().register(own, item, { timeout: 600 });
      await warden().pass(6_000);
      const second = (await warden().request('GET', `${path}&cursor=${first.cursor}`)).json;
      expect(idsOf(second)).toEqual([behind, ...items.slice(4, 6)]);
      const third = (await warden().request('GET', `${path}&cursor=${second.cursor}`)).json;
      expect(idsOf(third)).toEqual(items.slice(6, 9));
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

    test.each([
      'sort=deadline',
      'sort=deadline&state=overdue',
      'sort=deadline&state=waiting&state=failed',
      'sort=deadline&state=completed',
      'sort=registration',
      'sort=registration&state=waiting&state=overdue',
      'sort=registration&state=completed',
    ])('refuses %s, as not all of that are in this order, and says which are', async (query) => {
      const { status, json } = await list(`?${query}`);
      expect({ status, ...json }).toMatchObject({ status: 400, errors: [{ path: 'sort' }] });
      expect(json.errors[0].message).toMatch(/send state=/);
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

    test('refuses a cursor of another list', async () => {
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
      const ofTags = (await list('?limit=2&tag=customer&tag=small&state=overdue&state=waiting')).cursor;
      const others = ['tag=customer', 'tag=customer&tag=small&tag=small', 'tag=customer&tag=none'];
      for (const tags of others) {
        const query = `?${tags}&state=overdue&state=waiting&cursor=${ofTags}`;
        expect((await list(query)).json).toMatchObject({ code: 'invalid-cursor' });
      }
      const ofDeadlines = (await list('?limit=2&state=waiting&sort=deadline')).cursor;
      for (const query of ['?state=waiting', '?state=overdue']) {
        expect((await list(`${query}&cursor=${ofDeadlines}`)).json).toMatchObject({ code: 'invalid-cursor' });
      }
      const elsewhere = await warden().request('GET', `/v1/workflows/other/items?cursor=${cursor}`);
      expect(elsewhere.json).toMatchObject({ code: 'invalid-cursor' });
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

    describe('as an export', () => {
      type Page = Reply & { lines: string[] };

      async function exported(path: string): Promise<Page> {
        const reply = await warden().request('GET', path);
        expect(reply.status).toBe(200);
        expect(reply.headers['content-type']).toBe('application/x-ndjson');
        expect(reply.text === '' || reply.text.endsWith('\n')).toBe(true);
        return { ...reply, lines: reply.text.split('\n').slice(0, -1) };
      }

      /** Follows the header Link to the last page. `between` runs after each page. */
      async function pages(own: string, query: string, between = async () => {}): Promise<Page[]> {
        const path = `/v1/workflows/${own}/items`;
        const all: Page[] = [];
        for (let next: string | undefined = `?${query}`; next !== undefined; ) {
          const page = await exported(path + next);
          all.push(page);
          const link = String(page.headers.link ?? '');
          next = /^<(\?[^>]+)>; rel="next"$/.exec(link)?.[1];
          expect(next === undefined).toBe(link === '');
          await between();
        }
        return all;
      }

      const itemsIn = (all: readonly Page[]) =>
        all.map(({ lines }) => lines.map((line) => JSON.parse(line).item));

      test('returns whole items page by page, with their data exactly (P5)', async () => {
        const own = warden().newWorkflow();
        const data = [
          '12345678901234567890',
          '{"a" : -0, "a":[ 1e400 ]}',
          '"\u{1f600}\u2028\\n"',
          '{\r\n\t"a":\n\n[ 1,\r2 ]\n}',
        ];
        for (const [index, text] of data.entries()) {
          const body = `{"timeout":${60 + index},"tags":{"a":"&=é"},"data":${text}}`;
          await warden().request('PUT', warden().itemPath(own, `${index}`), { text: body });
          warden().clock.advance(1);
        }
        await warden().register(own, 'none', { timeout: 90, tags: { a: '&=é' } });
        await warden().register(own, 'other', { timeout: 90 });
        const all = await pages(own, `format=jsonl&limit=2&tag=${encodeURIComponent('a:&=é')}`);
        const order = inTable(['0', '1', '2', '3', 'none']);
        expect(itemsIn(all)).toEqual([order.slice(0, 2), order.slice(2, 4), order.slice(4)]);
        const inPages = all.flatMap((page) => page.lines);
        const lines = ['0', '1', '2', '3', 'none'].map((item) => inPages[order.indexOf(item)]);
        // Line ends between values become spaces, because an item is one line.
        const onOneLine = data.map((text) => text.replaceAll(/[\r\n]+/g, ' '));
        for (const [index, text] of onOneLine.entries()) {
          expect(lines[index]).toContain(`,"data":${text}}`);
          expect(JSON.parse(lines[index] ?? '').data).toEqual(JSON.parse(data[index] ?? ''));
        }
        expect(lines[0]).toBe((await warden().read(own, '0')).text.trimEnd());
        expect(lines[4]).toBe((await warden().read(own, 'none')).text.trimEnd());
        expect((await exported(`/v1/workflows/${own}/items?format=jsonl&state=failed`)).lines).toEqual([]);
      });

      test('leaves out items that go between its pages, and no item that stays', async () => {
        const own = warden().newWorkflow();
        for (let index = 0; index < 7; index++) {
          await warden().register(own, `${index}`, { timeout: 60 });
          warden().clock.advance(1);
        }
        const order = inTable(['0', '1', '2', '3', '4', '5', '6']);
        // One item of each page so far, and one of a later page.
        const going = [
          [order[0] ?? '', order[2] ?? ''],
          [order[3] ?? '', order[5] ?? ''],
        ];
        const all = await pages(own, 'format=jsonl&limit=2', async () => {
          for (const item of going.shift() ?? []) await warden().complete(own, item);
        });
        expect(itemsIn(all).flat()).toEqual([0, 1, 3, 4, 6].map((index) => order[index]));
      });

      test('returns every item that stays once, however it changes between the pages', async () => {
        const own = warden().newWorkflow();
        const names = Array.from({ length: 9 }, (_, index) => `${index}`);
        for (const item of names) {
          await warden().register(own, item, { timeout: 100, run: 'r' });
          warden().clock.advance(1);
        }
        const change = (item: string) => [
          () => warden().progress(own, item, { timeout: 3_600, step: 'later' }),
          () => warden().progress(own, item, { timeout: 2 }),
          () => warden().progress(own, item, { failed: { reason: 'x' } }),
          () => warden().register(own, item, { timeout: 50, restart: true }),
          () => warden().pass(3_000),
        ];
        const order = ['1', '4', '7'];
        let round = 0;
        const all = await pages(own, 'format=jsonl&limit=2', async () => {
          for (const item of order) await change(item)[(round + Number(item)) % 5]?.();
          round++;
        });
        expect(itemsIn(all).flat()).toEqual(inTable(names));
        expect(itemsIn(await pages(own, 'format=jsonl&order=desc')).flat()).toEqual(
          inTable(names).toReversed(),
        );
      });

      test('returns at most 4 MB on a page, as Lambda counts them, and all items', async () => {
        const own = warden().newWorkflow();
        // Quotes and backslashes take twice the size in Lambda's reply, and compress well in the table.
        const data = '\\'.repeat(100_000);
        const operations = Array.from({ length: 6 }, (_, index) => ({
          op: 'register',
          item: `${index}`,
          timeout: 60 + index,
          data,
        }));
        for (const part of ['a', 'b']) {
          const body = { operations: operations.map((one) => ({ ...one, item: part + one.item })) };
          const reply = await warden().request('POST', `/v1/workflows/${own}/batch`, { body });
          expect(reply.status).toBe(200);
        }
        const all = await pages(own, 'format=jsonl');
        expect(all.length).toBeGreaterThan(1);
        for (const { text } of all) {
          expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThanOrEqual(limits.exportBytes + 2);
        }
        expect(new Set(itemsIn(all).flat()).size).toBe(12);
        expect(itemsIn(all).flat()).toHaveLength(12);
        expect(JSON.parse(all.at(-1)?.lines.at(-1) ?? '').data).toBe(data);
      });

      test('says that an unreadable item exists, and returns the others (P7, P8)', async () => {
        const own = warden().newWorkflow();
        for (const item of ['good', 'damaged', 'garbled', 'fine'])
          await warden().register(own, item, { timeout: 60, data: 'x'.repeat(1_000) });
        const { items } = warden().aws.service;
        for (const [item, damage] of [
          ['damaged', { timer: 7 as never }],
          ['garbled', { data: new Uint8Array([1, 2, 3]) }],
        ] as const) {
          const seen = await items.readOpen(own, item);
          if (seen) await items.replace({ ...seen, ...damage }, seen.revision);
        }
        const [page, ...none] = await pages(own, 'format=jsonl');
        expect(none).toEqual([]);
        const lines = page?.lines.map((line) => JSON.parse(line)) ?? [];
        expect(lines.map(({ item, error }) => `${item} ${error ?? ''}`).toSorted()).toEqual([
          'damaged the item cannot be read',
          'fine ',
          'garbled the item cannot be read',
          'good ',
        ]);
        const log = warden().logLines.filter(
          (line) => line.includes('record cannot be read') && line.includes(own),
        );
        expect(log.map((line) => JSON.parse(line).item).toSorted()).toEqual(['damaged', 'garbled']);
      });
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
