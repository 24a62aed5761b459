import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LateSpool } from '../../../client/command-line/late-spool.ts';
import { openSpool } from '../../../client/spool/open-spool.ts';

test('operations that are kept at the same time open one spool, also after it could not be opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'warden-late-spool-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let opened = 0;
  const spool = new LateSpool(async () => {
    opened += 1;
    if (opened === 1) throw new Error('the disk is full');
    return openSpool(folder, { url: 'http://localhost:8080' });
  });
  await expect(spool.append('uploads', { op: 'complete', item: 'a' })).rejects.toThrow('the disk is full');
  await Promise.all([
    spool.append('uploads', { op: 'progress', item: 'a', step: 'copied' }),
    spool.append('uploads', { op: 'complete', item: 'a' }),
  ]);
  expect({ opened, size: spool.size }).toEqual({ opened: 2, size: 2 });
  await spool.close();
});
