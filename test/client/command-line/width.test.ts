import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import truncatedWidth from 'fast-string-truncated-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../client/command-line/context.ts';
import { declareAll } from '../../../client/command-line/lazy-command.ts';
import { createProgram } from '../../../client/command-line/program.ts';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { wardenCommand } from '../../support/warden-command.ts';

/* What commands print, and their helps, fit terminals of these widths. test/client/command-line/every-command.test.ts has real ones. */

const widths = [40, 80, 200];
const workflow = 'a-workflow-with-a-long-name';
const long = 'a reason of many words '.repeat(12).trim();
const named = (name: string) => `${name} ${'with a long id '.repeat(5)}`.trim();
const on = (name: string) => ['-w', workflow, '-i', named(name)];

let warden: EmbeddedWarden;
let folder: string;
let incident: string;
let redrive: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'warden-width-'));
  writeFileSync(join(folder, 'ids'), `${named('failed 0')}\nnever registered\n`);
  warden = await startWarden();
  for (let index = 0; index < 8; index++) {
    await warden.register(workflow, named(`failed ${index}`), {
      timeout: 900,
      step: 'charged',
      tags: { region: 'eu-central-1', customer: 'somebody with a name' },
      data: { text: long },
    });
    await warden.progress(workflow, named(`failed ${index}`), { failed: { reason: long, type: 'bank' } });
  }
  await warden.request('PATCH', `/v1/workflows/${workflow}`, {
    body: { description: long, owner: 'payments@example.com' },
  });
  await makeToken(warden, { scopes: ['ingest', 'read'], workflows: [workflow, 'another-workflow-*'] });
  await warden.pass(5_000);
  const { json } = await warden.request('GET', '/v1/incidents');
  incident = json.incidents[0].id;
  const started = await wardenCommand(warden, [
    ...['redrive', workflow, '--limit', '1', '--rate', '1', '--yes', '--json'],
    ...['--note', long, '--reason', 'a reason of many'],
  ]);
  redrive = started.json().id;
});
afterAll(async () => {
  await warden.close();
  rmSync(folder, { recursive: true });
});

/** What is typed for each command and subcommand. `text` keeps the items of one width from those of the others. */
const rows: Record<string, (text: string) => string[][]> = {
  register: (text) => [['register', ...on(`new ${text}`), '--timeout', '1h']],
  complete: (text) => [['complete', ...on(`new ${text}`)]],
  step: (text) => [
    ['register', ...on(`other ${text}`), '--timeout', '1h'],
    ['step', 'a-step-with-a-long-name', ...on(`other ${text}`)],
  ],
  extend: (text) => [['extend', '2h', ...on(`other ${text}`)]],
  fail: (text) => [['fail', ...on(`other ${text}`), '--reason', long]],
  workflows: () => [['workflows'], ['workflows', '--breached']],
  incidents: () => [
    ['incidents', '--all'],
    ['incidents', '-w', 'no-such-workflow'],
  ],
  'incidents show': () => [
    ['incidents', 'show', workflow],
    ['incidents', 'show', 'no-such-workflow'],
  ],
  show: () => [
    ['show', workflow, named('failed 0')],
    ['show', workflow],
    ['show', incident],
    ['show', workflow, named('never registered')],
  ],
  list: () => [
    ['list', workflow],
    ...['step', 'reason', 'type', 'tag', 'state'].map((by) => ['list', workflow, '--group-by', by]),
    ['list', workflow, '--limit', '1'],
    ['list', workflow, '--reason', 'no such reason'],
    ['list', workflow, '--state', 'lost'],
  ],
  reconcile: () => [['reconcile', workflow, join(folder, 'ids')]],
  watch: () => [['watch', '--give-up', '1s']],
  tail: () => [['tail', '--give-up', '1s']],
  ack: () => [['ack', workflow, '--note', long]],
  silence: () => [
    ['silence', workflow, '1h', long],
    ['silence', workflow],
    ['silence'],
    ['silence', workflow, '--end'],
    ['silence', workflow, 'soon'],
  ],
  redrive: () => [
    ['redrive', workflow, '--dry-run'],
    ['redrive', workflow],
    ['redrive', workflow, '--reason', 'no such reason'],
  ],
  'redrive status': () => [
    ['redrive', 'status'],
    ['redrive', 'status', workflow],
    ['redrive', 'status', workflow, redrive],
  ],
  'redrive rate': () => [['redrive', 'rate', workflow, redrive, '1']],
  'redrive pause': () => [['redrive', 'pause', workflow, redrive]],
  'redrive continue': () => [['redrive', 'continue', workflow, redrive]],
  'redrive abort': () => [['redrive', 'abort', workflow, 'no-such-redrive-at-all']],
  discard: () => [
    ['discard', workflow, '--dry-run'],
    ['discard', workflow],
  ],
  doctor: () => [['doctor']],
  drill: () => [['drill', '--give-up', '1s']],
  settings: () => [
    ['settings', workflow],
    ['settings', workflow, 'severity=critical'],
    ['settings', workflow, 'wrong=1'],
  ],
  'tokens list': () => [['tokens', 'list', '--all'], ['tokens']],
  'tokens create': (text) => [['tokens', 'create', `name ${text}`, '--scope', 'ingest,read']],
  'tokens revoke': (text) => [['tokens', 'revoke', `name ${text}`]],
  audit: () => [['audit']],
};

/** Commands whose lines are not broken, or that these tests start as processes. */
const others: Record<string, string> = {
  run: 'its output is that of its command; its own lines are those of a log',
  flush: 'it prints numbers, and the lines of a log',
  export: 'it prints JSON for programs',
  completions: 'it prints a script',
  console: 'every-command.test.ts has it',
  start: 'every-command.test.ts has its help, and it prints the lines of a log',
  tokens: 'its subcommands have rows',
};

/** Lines that are too wide although they could be broken: not a word, nor a command to copy. */
function tooWide(text: string, width: number): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: moves of the cursor have no width
  const plain = text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '');
  return plain.split(/\r?\n|\r/).filter((line) => {
    const isWhole = /^ *(\S+|warden .*)$/.test(line);
    return truncatedWidth(line).width > width && !isWhole;
  });
}

const names = (command: Command): string[] =>
  command.commands.flatMap((one) => [one.name(), ...names(one).map((name) => `${one.name()} ${name}`)]);

function program(columns?: number) {
  let shown = '';
  const stream = { columns, write: (text: string) => (shown += text) };
  const context = { stdout: stream, stderr: stream } as unknown as Context;
  const created = createProgram(context, { json: false, color: true });
  declareAll(created);
  // As a command does for its subcommands when it is chosen.
  for (const one of every(created).slice(1)) one.copyInheritedSettings(created);
  return {
    created,
    helpOf: (command: Command) => {
      shown = '';
      command.outputHelp();
      return shown;
    },
  };
}

const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];

test('every command has a row here, or a reason why not', () => {
  const known = [...Object.keys(rows), ...Object.keys(others)];
  expect(known.sort()).toEqual(names(program().created).sort());
});

describe.each(widths)('a terminal of %i columns', (columns) => {
  test.each(Object.entries(rows))('shows what `%s` prints', async (_, words) => {
    for (const args of words(String(columns))) {
      const ctrlC = new AbortController();
      const { shown } = await wardenCommand(warden, args, {
        columns,
        signal: ctrlC.signal,
        wait: async (ms) => {
          await warden.pass(ms);
          ctrlC.abort();
        },
      });
      // Data is copied as it is.
      const [text = ''] = shown.split('\nData:\n');
      expect(text, args.join(' ')).not.toBe('');
      expect(tooWide(text, columns), args.join(' ')).toEqual([]);
    }
  });

  test('shows every help; examples stay whole, and fit 80 columns', () => {
    const { created, helpOf } = program(columns);
    for (const command of every(created).filter((one) => one.name() !== 'start')) {
      const help = helpOf(command);
      const whole = columns < 80 ? help.replace(/\nExamples:\n(?: {2}.*\n)+/, '\n') : help;
      const wide = whole.split('\n').filter((line) => line.length > columns);
      expect(wide, command.name()).toEqual([]);
    }
  });
});

test('every example in a help is what a shell takes, with options that there are', async () => {
  const { created, helpOf } = program();
  for (const command of every(created).filter((one) => one.name() !== 'start')) {
    const [, examples = ''] = /\nExamples:\n((?: {2}.*\n)+)/.exec(helpOf(command)) ?? [];
    for (const example of examples.split('\n').map((line) => line.trim())) {
      execFileSync('bash', ['-n', '-c', example]);
      const [, words = ''] = /\bwarden ([^|#<>]*)/.exec(example) ?? [];
      const flags = words.split(' -- ')[0]?.match(/ --[a-z-]+/g) ?? [];
      const own = every(created).find((one) => one.name() === words.split(' ')[0]) ?? new Command();
      const known = [...every(own), created].flatMap(({ options }) => options.map(({ long: flag }) => flag));
      for (const flag of flags) expect(known, example).toContain(flag.trim());
    }
  }
});
