import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test } from 'vitest';
import { itemsTable } from '../../local/names.ts';
import { repairIndex } from '../../local/repair-index.ts';
import { startEmbeddedWarden } from '../support/start-warden.ts';

/** Opens dynalite's store itself: keys and values of a row of the index, and of an item. */
async function inStore<Result>(
  data: string,
  work: (
    store: ClassicLevel,
    find: (prefix: 'index' | 'item', item: string) => [string, string],
  ) => Promise<Result>,
): Promise<Result> {
  const store = new ClassicLevel(join(data, 'tables'));
  const entries = await store.iterator().all();
  const result = await work(store, (prefix, item) => {
    const found = entries.find(([key, value]) => key.startsWith(`${prefix}-`) && value.includes(`"${item}"`));
    if (!found) throw new Error(`the store has no ${prefix} of ${item}`);
    return found;
  });
  await store.close();
  return result;
}

test('the index and the table agree again after a kill between their writes', async () => {
  const data = mkdtempSync(join(tmpdir(), 'warden-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const before = await startEmbeddedWarden({ data });
  for (const item of ['ghost', 'hidden', 'moved', 'sound'])
    await before.register('uploads', item, { timeout: 60 });
  await before.close();
  const [movedKey, movedBefore] = await inStore(data, async (_, find) => find('item', 'moved'));

  const between = await startEmbeddedWarden({ data });
  await between.progress('uploads', 'moved', { timeout: 30 });
  await between.close();
  // As if killed after the write of the row and before that of the item: when "ghost" was registered, when "moved"
  // received an earlier deadline, and when "hidden" was completed.
  await inStore(data, async (store, find) => {
    await store.del(find('item', 'ghost')[0]);
    await store.put(movedKey, movedBefore);
    await store.del(find('index', 'hidden')[0]);
  });

  const warden = await startEmbeddedWarden({ data });
  onTestFinished(() => warden.close());
  const listed = async () => {
    const { items } = (await warden.request('GET', '/v1/workflows/uploads/items?state=waiting&sort=deadline'))
      .json;
    return items.map(({ item }: { item: string }) => item).toSorted();
  };
  expect(await listed()).toEqual(['sound']);
  expect(await repairIndex(warden.aws.dynamodb, itemsTable)).toBeGreaterThan(0);
  expect(await listed()).toEqual(['hidden', 'moved', 'sound']);
  expect((await warden.read('uploads', 'ghost')).status).toBe(404);
  expect((await warden.request('GET', '/v1/workflows/uploads')).json.counts).toEqual({
    waiting: 3,
    overdue: 0,
    failed: 0,
  });
  expect(await repairIndex(warden.aws.dynamodb, itemsTable)).toBe(0);
});

test('a repair that is killed leaves no item in the wrong place of the index (P1)', async () => {
  const data = mkdtempSync(join(tmpdir(), 'warden-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const before = await startEmbeddedWarden({ data });
  await before.register('uploads', 'a', { timeout: 60 });
  await before.close();
  const [key, waiting] = await inStore(data, async (_, find) => find('item', 'a'));
  const between = await startEmbeddedWarden({ data });
  await between.progress('uploads', 'a', { failed: { reason: 'disk full' } });
  await between.close();
  // As if killed after the write of the row and before the write of the item.
  await inStore(data, (store) => store.put(key, waiting));

  const warden = await startEmbeddedWarden({ data });
  onTestFinished(() => warden.close());
  const { dynamodb } = warden.aws;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const reply = await next(args);
        if (commandName === 'UpdateItemCommand') throw new Error('the process is gone');
        return reply;
      },
    { step: 'initialize', name: 'killed' },
  );
  await expect(repairIndex(dynamodb, itemsTable)).rejects.toThrow('the process is gone');
  dynamodb.middlewareStack.remove('killed');
  await repairIndex(dynamodb, itemsTable);
  expect((await warden.read('uploads', 'a')).json.state).toBe('waiting');
  const counts = { waiting: 1, overdue: 0, failed: 0 };
  expect((await warden.request('GET', '/v1/workflows/uploads')).json.counts).toEqual(counts);
  expect(await repairIndex(dynamodb, itemsTable)).toBe(0);
});
