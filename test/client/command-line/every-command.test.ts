import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import truncatedWidth from 'fast-string-truncated-width';
import pLimit from 'p-limit';
import { afterAll, beforeAll, type ExpectStatic, expect, test } from 'vitest';
import type { Context } from '../../../client/command-line/context.ts';
import { createProgram } from '../../../client/command-line/program.ts';
import { whyUntested } from '../../clients/python/python-process.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';
import { tried } from '../../support/tried-faults.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { cleanEnvironment, warden as execute, program } from './support/execute.ts';
import { ctrlC, runOnTerminal } from './support/run-on-terminal.ts';

/*
 * Every command of the packed program, as processes: piped, with --json, and on a real terminal of 60 columns. A run tries a
 * part of them; width.test.ts has every command on terminals of many widths, in this process.
 */

interface Row {
  /** `way` keeps what one process changes from the others. */
  words: (way: string) => string[];
  /** Why --json prints no JSON. */
  noJson?: string;
  /** Why lines may be wider than the terminal, which then breaks them. */
  wraps?: string;
  /** Ends with Ctrl-C, when this is shown. */
  endless?: string;
}

const workflow = 'terminal';
const columns = 60;
const item = (way: string) => ['-w', workflow, '-i', `${way} ${'long '.repeat(10)}`.trim()];

const rows: Record<string, Row> = {
  run: {
    words: (way) => ['run', '-w', workflow, '-i', `run ${way}`, '--timeout', '1m', '--', 'echo', 'done'],
    noJson: 'standard output is that of the command',
  },
  register: { words: (way) => ['register', ...item(`new-${way}`), '--timeout', '1h'] },
  complete: { words: (way) => ['complete', ...item(`complete-${way}`)] },
  step: { words: (way) => ['step', 'copied', ...item(`step-${way}`)] },
  extend: { words: (way) => ['extend', '2h', ...item(`extend-${way}`)] },
  fail: { words: (way) => ['fail', ...item(`fail-${way}`), '--reason', 'disk full'] },
  flush: { words: () => ['flush'] },
  workflows: { words: () => ['workflows'] },
  incidents: { words: () => ['incidents'] },
  show: { words: () => ['show', ...item('shown')] },
  list: { words: () => ['list', workflow] },
  export: { words: () => ['export', workflow], wraps: 'it prints JSON for programs' },
  reconcile: { words: () => ['reconcile', workflow, idsFile] },
  watch: { words: () => ['watch'], endless: 'WORKFLOW' },
  tail: { words: () => ['tail'], endless: 'Open: ' },
  console: { words: () => ['console'], endless: 'http' },
  ack: { words: () => ['ack', workflow] },
  silence: { words: () => ['silence', workflow, '1h', 'repair'] },
  redrive: { words: () => ['redrive', workflow, '--dry-run'] },
  discard: { words: () => ['discard', workflow, '--dry-run'] },
  doctor: { words: () => ['doctor'] },
  drill: { words: () => ['drill', '--give-up', '1s'] },
  settings: { words: () => ['settings', workflow] },
  tokens: { words: () => ['tokens', 'list'] },
  audit: { words: () => ['audit'] },
  completions: {
    words: () => ['completions', 'bash'],
    noJson: 'it prints a script',
    wraps: 'it prints a script',
  },
  start: {
    words: () => ['start', '--help'],
    noJson: 'the service logs JSON by itself',
  },
};

const folder = mkdtempSync(join(tmpdir(), 'warden-terminal-'));
const idsFile = join(folder, 'ids');
const twoAtATime = pLimit(2);
let warden: EmbeddedWarden;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  warden = await startWarden({ clock: new ManualClock(Date.now()) });
  env = cleanEnvironment({ WARDEN_URL: warden.url, WARDEN_SPOOL: join(folder, 'spool'), TZ: 'UTC' });
  writeFileSync(idsFile, 'shown\nnever registered\n');
  const before = ['shown', 'lost'];
  for (const verb of ['complete', 'step', 'extend', 'fail'])
    for (const way of ['piped', 'json', 'shown']) before.push(`${verb}-${way}`);
  for (const name of before) {
    await warden.register(workflow, item(name).at(-1) ?? '', {
      timeout: 900,
      tags: { region: 'eu-central-1' },
    });
  }
  await warden.progress(workflow, item('lost').at(-1) ?? '', { failed: { reason: 'disk full '.repeat(10) } });
  await makeToken(warden, { scopes: ['ingest'] });
  await warden.pass(5_000);
});
afterAll(async () => {
  await warden.close();
  rmSync(folder, { recursive: true, force: true });
});

const declared = createProgram({} as Context, { json: false, color: true }).commands.map((one) => one.name());

test('every command has a row here', () => expect(Object.keys(rows).sort()).toEqual(declared.toSorted()));

/** Runs it in a pipe. An endless command is interrupted when it has printed something. */
async function piped(words: readonly string[], isEndless: boolean) {
  const execution = execute(words, env, '');
  if (isEndless) {
    const interrupt = () => execution.child.kill('SIGINT');
    execution.child.stdout?.once('data', interrupt);
    execution.child.stderr?.once('data', interrupt);
  }
  const { stdout, stderr } = await execution.ended;
  return { stdout: stdout.toString(), stderr: stderr.toString() };
}

const ways: Record<string, (row: Row, expect: ExpectStatic) => Promise<void>> = {
  'prints no escape codes into a pipe': async ({ words, endless }, expect) => {
    const { stdout, stderr } = await piped(words('piped'), endless !== undefined);
    expect(stdout + stderr).not.toBe('');
    expect(stdout + stderr).not.toContain('\u001b');
  },

  'prints JSON alone with --json': async ({ words, noJson, endless }, expect) => {
    if (noJson !== undefined) return;
    const { stdout } = await piped([...words('json'), '--json'], endless !== undefined);
    if (endless === undefined) expect(stdout).not.toBe('');
    for (const line of stdout.split('\n').filter(Boolean)) expect(JSON.parse(line)).toBeTypeOf('object');
  },

  'fits a terminal, without colours if NO_COLOR asks for none': async ({ words, wraps, endless }, expect) => {
    if (await whyUntested()) return;
    const typed = endless === undefined ? undefined : { after: endless, keys: ctrlC };
    const { shown } = await runOnTerminal(
      [process.execPath, program, ...words('shown')],
      { ...env, NO_COLOR: '1' },
      typed,
      columns,
    );
    expect(shown.trim()).not.toBe('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape codes
    expect(shown).not.toMatch(/\u001b\[[\d;]*m/);
    if (wraps !== undefined) return;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: moves of the cursor have no width
    const lines = shown.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '').split(/\r?\n|\r/);
    // A word and a command to copy are whole.
    const broken = lines.filter((line) => !/^ *(\S+|warden .*)$/.test(line));
    for (const line of broken) expect(truncatedWidth(line).width, line).toBeLessThanOrEqual(columns);
  },
};

/** The ways of a command are neighbours, so that no part of the cases has a command twice, and each has every way. */
const cases = Object.entries(rows).flatMap(([command, row]) =>
  Object.keys(ways).map((way) => ({ command, way, row })),
);

// They wait for each other, so the time of one includes that of others.
test.concurrent.for(tried(cases))('$command $way', { timeout: 120_000 }, ({ way, row }, { expect }) =>
  twoAtATime(() => ways[way]?.(row, expect)),
);

test('--no-color is taken by every command, and the terminal shows no colours', async () => {
  if (await whyUntested()) return;
  const words = [process.execPath, program, 'list', workflow, '--no-color'];
  const { code, shown } = await runOnTerminal(words, env, undefined, columns);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape codes
  expect([code, /\u001b\[[\d;]*m/.test(shown)]).toEqual([0, false]);
});
