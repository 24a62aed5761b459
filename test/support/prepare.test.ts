import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markInstalled, type OptionalEngine } from './engines/optional-engines.ts';
import { startedAndBuilt } from './prepare.ts';
import { attempt } from './report-engines.ts';

test('engines are stopped if the build fails, and the run fails with the reason', async () => {
  let stopped = 0;
  const stop = async () => void stopped++;
  const broken = new Error('a bundle has an error');
  await expect(startedAndBuilt(Promise.resolve(stop), Promise.reject(broken))).rejects.toBe(broken);
  expect(stopped).toBe(1);
  await expect(startedAndBuilt(Promise.reject(broken), Promise.resolve())).rejects.toBe(broken);
  expect(await startedAndBuilt(Promise.resolve(stop), Promise.resolve())).toBe(stop);
  expect(stopped).toBe(1);
});

test('an engine is left out if it is not installed; one that is installed and does not start fails the run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  const runtime = async () => ({ version: 'java 21' });
  const engine: OptionalEngine = {
    name: 'X',
    version: '1',
    folder,
    packages: ['x@1'],
    program: 'x.jar',
    runtime,
  };
  const start = () => Promise.reject(new Error('X did not come up'));
  expect(await attempt(engine, start)).toMatchObject({ missing: expect.stringContaining('not installed') });
  await writeFile(join(folder, 'x.jar'), '');
  await markInstalled(engine);
  await expect(attempt(engine, start)).rejects.toThrow('X did not come up');
  await rm(folder, { recursive: true });
});
