import { describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import type { Reply } from '../../../support/request-in-process.ts';
import { inTable } from './support/in-table.ts';

describe('list', () => {
  onOneEngine((warden) => {
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
  });
});
