import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockDelivery } from '../../../client/spool/delivery-lock.ts';
import { filesOf } from '../support/spool-files.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();

test('is held by one until it is released', async () => {
  const folder = newFolder();
  const release = await lockDelivery(folder);
  expect(await lockDelivery(folder)).toBeUndefined();
  await release?.();
  const next = await lockDelivery(folder);
  expect(next).toBeDefined();
  await next?.();
  expect(filesOf(folder)).toEqual([]);
});

test('is never held by two of many that want it at the same time', async () => {
  const folder = newFolder();
  let holders = 0;
  let most = 0;
  let times = 0;
  const compete = async () => {
    for (let round = 0; round < 5; round++) {
      const release = await lockDelivery(folder);
      if (!release) continue;
      holders++;
      times++;
      most = Math.max(most, holders);
      await new Promise(setImmediate);
      holders--;
      await release();
    }
  };
  await Promise.all(Array.from({ length: 6 }, compete));
  expect(most).toBe(1);
  expect(times).toBeGreaterThan(0);
});

test('ends with the process that held it, also by SIGKILL', async () => {
  const folder = newFolder();
  const source = `
    import { lockDelivery } from '${join(import.meta.dirname, '../../../client/spool/delivery-lock.ts')}';
    const release = await lockDelivery('${folder}');
    process.stdout.write(release ? 'held' : 'not held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = await once(holder.stdout, 'data');
  expect(String(text)).toBe('held');
  expect(await lockDelivery(folder)).toBeUndefined();
  holder.kill('SIGSTOP');
  expect(await lockDelivery(folder), 'of a process that is stopped').toBeUndefined();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const release = await lockDelivery(folder);
  expect(release).toBeDefined();
  await release?.();
  expect(filesOf(folder)).toEqual([]);
});

test('works in a folder whose path is too long for a socket', async () => {
  const folder = join(newFolder(), 'x'.repeat(120));
  mkdirSync(folder);
  const release = await lockDelivery(folder);
  expect(release).toBeDefined();
  expect(await lockDelivery(folder)).toBeUndefined();
  await release?.();
});

test('takes the place of a file that looks like the lock of a dead process', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'aaaaaaaaaaaa.lock'), '');
  const release = await lockDelivery(folder);
  expect(release).toBeDefined();
  expect(existsSync(join(folder, 'aaaaaaaaaaaa.lock'))).toBe(false);
  await release?.();
});
