import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { create, start, temporaryFolder } from './support.ts';

const newFile = () => join(temporaryFolder(), 'schedules.sqlite');

it('a file that is already open is refused at once, and still works for the first process', async () => {
  const path = newFile();
  const { client } = await start({ path });
  const second = start({ path });
  await expect(second).rejects.toMatchObject({
    code: 'DATA_IN_USE',
    message: `${path} is in use by another process`,
  });
  await create(client, 'a');
});

it('a file that is not a database is refused by its name and left unchanged', async () => {
  const path = newFile();
  const text = 'Dear diary, '.repeat(1_000);
  writeFileSync(path, text);
  await expect(start({ path })).rejects.toMatchObject({
    code: 'DATA_CORRUPT',
    message: expect.stringContaining(path),
  });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('a damaged database is refused by its name', async () => {
  const path = newFile();
  const { client, scheduler } = await start({ path });
  await Promise.all(
    Array.from({ length: 50 }, (_, n) => create(client, `n${n}`, {}, { Input: 'x'.repeat(1_000) })),
  );
  await scheduler.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(3 * 4_096, 0xff), 0, 3 * 4_096, 5 * 4_096);
  closeSync(file);
  await expect(start({ path })).rejects.toMatchObject({
    code: 'DATA_CORRUPT',
    message: expect.stringContaining(path),
  });
});

it('a database of another program is refused and left unchanged', async () => {
  const path = newFile();
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  await expect(start({ path })).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  const tables = new DatabaseSync(path);
  expect(tables.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'recipes' }]);
  tables.close();
});
