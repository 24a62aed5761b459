import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeLightning } from '../../../examples/openfn/fake-lightning.ts';
import { pass } from '../../../examples/openfn/watcher.ts';
import { WardenClient } from '../../../examples/support/warden-client.ts';
import { startWarden } from '../../support/start-warden.ts';

const minute = 60_000;
/** Sweeps less than two minutes apart are no outage. */
const sweepEvery = 1.9 * minute;

test('people are notified when OpenFn cannot be reached, and when the watcher is gone, and not before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'warden-openfn-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const openfn = await new FakeLightning(() => warden.clock.now()).listen();
  onTestFinished(() => openfn.close());
  const watcher = {
    openfn,
    items: new WardenClient(warden.url, 'openfn'),
    passes: new WardenClient(warden.url, 'openfn-watcher'),
    cursorFile: join(folder, 'cursor.json'),
    timeoutMs: 60 * minute,
    now: () => warden.clock.now(),
  };
  await watcher.passes.save({ expect: { atLeast: 1, every: '5m' } });
  const passes = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await pass(watcher).catch(() => {});
      await warden.passSweeping(sweepEvery, sweepEvery);
    }
  };

  await passes(5);
  expect(await warden.notifications('openfn-watcher')).toEqual([]);
  openfn.answersWith = 500;
  await passes(4);
  expect(await warden.notifications('openfn-watcher')).toMatchObject([
    { event: 'opened', kind: 'shortfall' },
  ]);

  openfn.answersWith = undefined;
  await passes(2);
  expect(await warden.notifications('openfn-watcher')).toMatchObject([{ event: 'resolved' }]);

  await warden.passSweeping(5 * sweepEvery, sweepEvery);
  expect(await warden.notifications('openfn-watcher')).toMatchObject([
    { event: 'opened', kind: 'shortfall' },
  ]);
});
