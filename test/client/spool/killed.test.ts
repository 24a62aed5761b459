import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSpool } from '../../../client/spool/open-spool.ts';
import { tried, withFault } from '../../support/tried-faults.ts';
import { RecordingWarden } from '../support/recording-warden.ts';
import { filesOf } from '../support/spool-files.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

const newFolder = temporaryFolders();
const script = join(import.meta.dirname, '../support/spool-process.ts');
const never = 10_000;

/** Runs the process until its n-th call of the file system, and then delivers what it has left. */
async function killedAt(call: number) {
  const folder = newFolder();
  const log = join(newFolder(), 'log');
  const { status, signal, stderr } = spawnSync(process.execPath, [script, folder, log, String(call)], {
    encoding: 'utf8',
  });
  if (status !== 0) expect([signal, stderr]).toEqual(['SIGKILL', '']);
  const words = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const of = (what: string) =>
    words.filter(([word]) => word === what).map(([, item, step]) => `${item} ${step}`);
  const damages: unknown[] = [];
  const spool = await openSpool(folder, {
    url: 'http://localhost:8080',
    onDamaged: (damage) => damages.push(damage),
  });
  const warden = new RecordingWarden();
  const { left, isBusy } = await spool.deliver(warden.send);
  await spool.close();
  const later = warden.received.map(({ item, step }) => `${item} ${step}`);
  return { of, later, received: [...of('received'), ...later], damages, left, isBusy, folder };
}

const { of } = await killedAt(never);
const calls = Number(of('calls')[0]?.split(' ')[0]);

test('killed before any call of the file system, all that was appended is delivered, in order for each item', async () => {
  expect(calls).toBeGreaterThan(60);
  for (const call of tried(Array.from({ length: calls }, (_, n) => n + 1))) {
    await withFault({ call }, async () => {
      const { of, received, damages, left, isBusy, folder } = await killedAt(call);
      expect(received).toEqual(expect.arrayContaining(of('appended')));
      expect([left, isBusy, damages]).toEqual([0, undefined, []]);
      expect(filesOf(folder).filter((file) => !file.endsWith('refused.jsonl'))).toEqual([]);
      for (const item of ['a', 'b', 'c']) {
        const steps = [...new Set(received.filter((one) => one.startsWith(item)))];
        expect(steps).toEqual(steps.toSorted());
      }
    });
  }
}, 120_000);
