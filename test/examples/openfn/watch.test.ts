import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FakeLightning } from '../../../examples/openfn/fake-lightning.ts';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';

/* The watcher as a process, as its README starts it. */

const root = join(import.meta.dirname, '../../..');

/** Starts the watcher with this environment and nothing else of ours. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['examples/main.ts', 'openfn-watch'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  const { promise: hasPrinted, resolve: printed } = Promise.withResolvers<void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      printed();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, hasPrinted, ended };
}

test('it makes a pass with a token for the warden, says what it did, and ends at SIGTERM', async () => {
  const warden = await startWarden({ auth: true });
  onTestFinished(() => warden.close());
  const openfn = await new FakeLightning().listen();
  onTestFinished(() => openfn.close());
  const folder = mkdtempSync(join(tmpdir(), 'warden-openfn-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { token } = await makeToken(warden, { scopes: ['ingest', 'read'] });
  const id = openfn.add();
  const { child, output, hasPrinted, ended } = start({
    OPENFN_URL: openfn.url,
    OPENFN_TOKEN: openfn.token,
    WARDEN_URL: warden.url,
    WARDEN_TOKEN: token,
    CURSOR_FILE: join(folder, 'cursor.json'),
  });
  await hasPrinted;
  expect(output).toEqual({
    stdout: expect.stringMatching(/Z changed work orders: 1, operations sent: 1\n$/),
    stderr: '',
  });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const headers = { authorization: `Bearer ${token}` };
  const item = await warden.request('GET', warden.itemPath('openfn', id), { headers });
  expect(item.json).toMatchObject({ state: 'waiting' });
});

test('without its environment it says what is missing', async () => {
  const { output, ended } = start({ OPENFN_URL: 'not a URL' });
  expect(await ended).toBe(2);
  for (const name of ['OPENFN_URL', 'OPENFN_TOKEN', 'WARDEN_URL']) expect(output.stderr).toContain(name);
});
