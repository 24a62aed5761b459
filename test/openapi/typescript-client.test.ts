import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openapi } from '../../core/openapi/openapi.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const home = join(import.meta.dirname, 'typescript');

let folder: string;
let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  folder = await mkdtemp(join(home, 'generated-'));
  const { typesOf } = await import('./typescript/generate-types.ts');
  await writeFile(join(folder, 'service.d.ts'), await typesOf(openapi()));
  for (const file of ['calls.ts', 'wrong-calls.ts']) await copyFile(join(home, file), join(folder, file));
}, 60_000);
afterAll(async () => {
  await warden.close();
  await rm(folder, { recursive: true, force: true });
});

/** The errors of the compiler for a file, one line each. */
async function faultyLines(file: string): Promise<number[]> {
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--ignoreConfig', ...options, '--types', 'node', '--allowImportingTsExtensions', file];
  const { stdout } = await run(process.execPath, args, { cwd: folder }).catch((error) => error);
  const lines = [...String(stdout).matchAll(/^.*\((\d+),\d+\): error (.*)$/gm)];
  return [...new Set(lines.map(([, line]) => Number(line)))];
}

test('correct calls compile, and the service accepts them', async () => {
  expect(await faultyLines('calls.ts')).toEqual([]);
  const { callService } = await import(join(folder, 'calls.ts'));
  const workflow = warden.newWorkflow();
  expect(await callService(warden.url, workflow, warden.clock.now())).toEqual({
    timeout: 'PT1H',
    outcome: 'created',
    data: { bucket: 'in' },
    steps: ['received', 'copied'],
    statuses: [201, 200, 404],
    listed: ['2026/11/scan 4711?.tiff'],
    counts: { waiting: 1, capped: false },
    toDiscard: ['scan-2'],
    discardState: 202,
    incidents: ['overdue'],
    completed: 'on-time',
    refused: 'invalid-request',
    refusedErrors: ['timeout'],
    health: 'ok',
    silencedUntil: new Date(warden.clock.now() + 3_600_000).toISOString(),
    ended: 204,
  });
}, 60_000);

test('wrong calls do not compile', async () => {
  expect(await faultyLines('wrong-calls.ts')).toEqual([8, 9, 10, 11, 12]);
}, 60_000);
