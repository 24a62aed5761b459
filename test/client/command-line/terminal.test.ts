import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whyUntested } from '../../clients/python/python-process.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { program } from './support/execute.ts';
import { ctrlC, runOnTerminal, type Typed } from './support/run-on-terminal.ts';

/* On a real terminal, which Python makes; the run's line about engines says whether there is one. */

let warden: EmbeddedWarden;
let spool: string;
beforeAll(async () => {
  warden = await startWarden({ clock: new ManualClock(Date.now()) });
  spool = mkdtempSync(join(tmpdir(), 'warden-spool-'));
});
afterAll(async () => {
  await warden.close();
  rmSync(spool, { recursive: true, force: true });
});

const onTerminal = (args: readonly string[], typed?: Typed, columns = 80) =>
  runOnTerminal(
    [process.execPath, program, ...args],
    { WARDEN_URL: warden.url, WARDEN_SPOOL: spool },
    typed,
    columns,
  );

test('Ctrl-C reaches the command of `warden run` once, and its exit code is that of the command', async () => {
  if (await whyUntested()) return;
  const job =
    'n=0; trap "n=\\$((n+1)); echo GOT-\\$n" INT; echo ready; for i in 1 2 3 4 5 6 7 8; do sleep 0.2; done; exit 7';
  const workflow = warden.newWorkflow();
  const args = ['run', '-w', workflow, '-i', 'a', '--timeout', '30m', '--', 'bash', '-c', job];
  const { code, shown } = await onTerminal(args, { after: 'ready', keys: ctrlC });
  expect(code).toBe(7);
  expect(shown.match(/GOT-\d/g)).toEqual(['GOT-1']);
  expect((await warden.read(workflow, 'a')).json).toMatchObject({
    state: 'failed',
    failure: { reason: 'exit 7' },
  });
});

test('a table fits the terminal, and what changes many items asks first', async () => {
  if (await whyUntested()) return;
  const workflow = warden.newWorkflow();
  await warden.register(workflow, `${'long '.repeat(40)}id`, { timeout: 900, step: 'charged' });
  const listed = await onTerminal(['list', workflow], undefined, 60);
  expect(listed.code).toBe(0);
  for (const line of listed.shown.split('\r\n')) expect(line.length).toBeLessThanOrEqual(60);
  await warden.progress(workflow, `${'long '.repeat(40)}id`, { failed: { reason: 'x' } });
  const refused = await onTerminal(['discard', workflow], { after: 'for good?', keys: 'n\r' });
  expect(refused.shown).toContain('Nothing was removed.');
  expect((await warden.request('GET', `/v1/workflows/${workflow}`)).json.counts.failed).toBe(1);
});

test('Ctrl-C ends a command that only watches with 130', async () => {
  if (await whyUntested()) return;
  const { code } = await onTerminal(['watch'], { after: 'WORKFLOW', keys: ctrlC });
  expect(code).toBe(130);
});
