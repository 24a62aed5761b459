import { describe, expect, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';
import type { Reply } from '../../../support/request-in-process.ts';
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
    const { list, listAll } = thirtyItems(warden);

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
  });
});
