import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  deleteEntry,
  type Entries,
  getEntry,
  putEntry,
  readEntry,
  updatedEntry,
  updateEntry,
} from '../../../../core/aws/registry/entries.ts';
import {
  allEntries,
  type EntryPage,
  forgetEntries,
  pageOfEntries,
} from '../../../../core/aws/registry/entry-pages.ts';
import { onEngines } from '../../../support/on-engines.ts';
import type { Warden } from '../../../support/warden.ts';

const Entry = z.object({ name: z.string(), count: z.int() });

const entriesOf = ({ aws }: Warden): Entries => ({
  client: aws.dynamodb,
  table: aws.environment.REGISTRY_TABLE,
});

/** A kind of its own with these entries. The count of each is its index. */
async function kindWith(warden: Warden, names: readonly string[]) {
  const entries = entriesOf(warden);
  const kind = warden.newWorkflow();
  for (const [count, name] of names.entries()) await putEntry(entries, { kind, name, count });
  const listed = async (page: EntryPage = {}) =>
    (await pageOfEntries(entries, Entry, kind, page)).records.map(({ name }) => name);
  return { entries, kind, names: listed };
}

async function listOf<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('entries of the registry', () => {
  onEngines((warden) => {
    test('are written and read by kind and name', async () => {
      const { entries, kind } = await kindWith(warden(), ['a']);
      expect(await getEntry(entries, Entry, kind, 'a')).toEqual({ name: 'a', count: 0 });
      expect(await readEntry(entries, Entry, kind, 'b')).toBeUndefined();
      await putEntry(entries, { kind, name: 'b', count: 7, gone: undefined });
      expect(await readEntry(entries, Entry, kind, 'b')).toEqual({ name: 'b', count: 7 });
    });

    test('are changed only under a condition, and the result says whether it was true', async () => {
      const { entries, kind } = await kindWith(warden(), ['a']);
      const change = (seen: number) => ({
        set: { count: 5 },
        conditions: ['#count = :seen'],
        values: { seen },
      });
      expect(await putEntry(entries, { kind, name: 'a', count: 9 }, ['attribute_not_exists(#kind)'])).toBe(
        false,
      );
      expect(await updateEntry(entries, kind, 'a', change(1))).toBe(false);
      expect(await updatedEntry(entries, Entry, kind, 'a', change(1))).toBeUndefined();
      expect(await updatedEntry(entries, Entry, kind, 'a', change(0))).toEqual({ name: 'a', count: 5 });
      expect(await updateEntry(entries, kind, 'a', change(5))).toBe(true);
      expect(await deleteEntry(entries, kind, 'a', ['#count = :seen'], { seen: 4 })).toBe(false);
      expect(await deleteEntry(entries, kind, 'a', ['#count = :seen'], { seen: 5 })).toBe(true);
      expect(await readEntry(entries, Entry, kind, 'a')).toBeUndefined();
    });

    test('are listed by name, in either order, after a name, or in a range', async () => {
      const { entries, kind, names } = await kindWith(warden(), ['a', 'a1', 'b', 'c']);
      expect(await names()).toEqual(['a', 'a1', 'b', 'c']);
      expect(await names({ order: 'desc', after: 'c', limit: 2 })).toEqual(['b', 'a1']);
      expect(await names({ range: { startsWith: 'a' } })).toEqual(['a', 'a1']);
      expect(await names({ range: { is: 'a' } })).toEqual(['a']);
      expect(await names({ range: { before: 'b' } })).toEqual(['a', 'a1']);
      expect((await pageOfEntries(entries, Entry, kind, { limit: 2 })).last).toBe('a1');
      const all = await listOf(allEntries(entries, Entry, kind, { limit: 1 }));
      expect(all.map(({ name }) => name)).toEqual(['a', 'a1', 'b', 'c']);
    });

    test('are deleted from the first on, a limited number at a time, each after the records that belong to it', async () => {
      const { entries, kind, names } = await kindWith(warden(), ['a', 'b', 'c', 'd']);
      const alongside: string[] = [];
      await forgetEntries(entries, kind, 'd', 2, async (name) => {
        expect(await readEntry(entries, Entry, kind, name)).toBeDefined();
        alongside.push(name);
      });
      expect(alongside.toSorted()).toEqual(['a', 'b']);
      expect(await names()).toEqual(['c', 'd']);
      await forgetEntries(entries, kind, 'd', 2);
      expect(await names()).toEqual(['d']);
    });

    test('that cannot be read are errors in the order of their names, in every kind of read (P8)', async () => {
      const { entries, kind } = await kindWith(warden(), ['a', 'c']);
      const broken = { b: { count: { S: 'many' } }, huge: { count: { N: '123456789012345678901' } } };
      for (const [name, attributes] of Object.entries(broken)) {
        const Item = { kind: { S: kind }, name: { S: name }, ...attributes };
        await entries.client.send(new PutItemCommand({ TableName: entries.table, Item }));
        const unreadable = { name, error: expect.any(Error) };
        expect(await getEntry(entries, Entry, kind, name)).toEqual(unreadable);
        await expect(readEntry(entries, Entry, kind, name)).rejects.toThrow();
        const all = await listOf(allEntries(entries, Entry, kind));
        expect(all).toContainEqual(unreadable);
        expect(all).toContainEqual({ name: 'c', count: 1 });
        expect((await pageOfEntries(entries, Entry, kind)).records).toEqual(all);
        expect(await updateEntry(entries, kind, name, { set: { seen: true }, conditions: [] })).toBe(true);
      }
    });
  });
});
