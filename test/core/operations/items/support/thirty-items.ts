import { beforeAll, expect } from 'vitest';
import type { Reply } from '../../../../support/request-in-process.ts';
import type { Warden } from '../../../../support/warden.ts';
import { inTable } from './in-table.ts';

/** The numbers in the ids of items. */
export const numbers = (items: string[]) => items.map((item) => Number(item.slice(5)));
export const numbersInTable = (indexes: number[]) =>
  numbers(inTable(indexes.map((index) => `item-${index}`)));

/** The numbers of all thirty items, of those in a state, and in the order of the table of those with the tag small. */
export const range = Array.from({ length: 30 }, (_, index) => index);
export const overdue = range.filter((index) => index % 3 === 0);
export const waiting = range.filter((index) => index % 3 !== 0 && index !== 29);
export const small = numbersInTable(range.filter((index) => index < 10));

/**
 * A workflow with item-0 … item-29, due ten seconds after each other. Every third item is overdue, and item-29 has failed.
 */
export function thirtyItems(warden: () => Warden) {
  let workflow: string;

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

  return { workflow: () => workflow, list, listAll };
}
