import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type CommandOptions, wardenCommand } from '../../support/warden-command.ts';

/* The verbs of one item outside of `warden run`. */

let service: EmbeddedWarden;
let workflow: string;
beforeAll(async () => {
  service = await startWarden();
});
afterAll(() => service.close());
beforeEach(() => {
  workflow = service.newWorkflow();
});

const warden = (args: string[], options: CommandOptions = {}) => wardenCommand(service, args, options);
const on = (item: string, ...more: string[]) => ['-w', workflow, '-i', item, ...more];
const read = async (item: string) => (await service.read(workflow, item)).json;
const instant = (ms: number) => new Date(service.clock.now() + ms).toISOString();

describe('one item', () => {
  test('register watches it with all that the options say, and a repeat changes nothing', async () => {
    const args = [
      'register',
      ...on('a', '--timeout', '30m', '--data', '{"key":1}', '--run', 'r', '--tag', 'region=eu'),
    ];
    const created = await warden(args);
    const deadline = instant(1_800_000);
    expect(created).toMatchObject({
      code: 0,
      stdout: `a  created, waiting, deadline ${deadline}\n`,
      stderr: '',
    });
    expect(await read('a')).toMatchObject({ deadline, data: { key: 1 }, tags: { region: 'eu' } });
    expect((await warden([...args, '--json'])).json()).toMatchObject({ outcome: 'unchanged', item: 'a' });
  });

  test('register takes the data from standard input', async () => {
    const { code } = await warden(['register', ...on('a', '--timeout', '1m', '--data', '-')], {
      stdin: '[1, 2]',
    });
    expect(code).toBe(0);
    expect((await read('a')).data).toEqual([1, 2]);
  });

  test('complete says how long the work took', async () => {
    await service.register(workflow, 'a', { timeout: 60 });
    service.clock.advance(90_000);
    const { code, stdout } = await warden(['complete', ...on('a')]);
    expect([code, stdout]).toEqual([0, 'a  completed late after 1m 30s, 30s after its deadline\n']);
    expect((await read('a')).completion).toMatchObject({ outcome: 'late' });
  });

  test('fail takes the reason of --reason, or what a job printed', async () => {
    for (const item of ['a', 'b']) await service.register(workflow, item, { timeout: 60 });
    const given = await warden(['fail', ...on('a', '--reason', 'disk full', '--type', 'disk-full')]);
    const piped = await warden(['fail', ...on('b', '--exit', '7', '--json')], { stdin: 'out\nof disk\n' });
    expect([given.code, given.stdout]).toEqual([0, 'a  failed in attempt 1\n']);
    expect(piped.json()).toMatchObject({ item: 'b', state: 'failed' });
    expect(await read('a')).toMatchObject({ failure: { reason: 'disk full', type: 'disk-full' } });
    expect((await read('b')).failure.reason).toContain('of disk');
  });

  test('step records the step and the progress, and extend moves the deadline', async () => {
    await service.register(workflow, 'a', { timeout: 60 });
    const stepped = await warden(['step', 'copied', ...on('a', '--progress', '3 of 7')]);
    expect([stepped.code, stepped.stdout]).toEqual([0, `a  reached copied, deadline ${instant(60_000)}\n`]);
    const extended = await warden(['extend', '1h', ...on('a')]);
    expect([extended.code, extended.stdout]).toEqual([0, `a  deadline ${instant(3_600_000)}\n`]);
    expect(await read('a')).toMatchObject({
      step: 'copied',
      progress: '3 of 7',
      deadline: instant(3_600_000),
    });
  });
});

const verbs: [string, string[]][] = [
  ['complete', []],
  ['fail', ['--reason', 'lost']],
  ['step', ['copied']],
  ['extend', ['1h']],
];

describe.each(verbs)('%s', (verb, words) => {
  test('-i - takes ids from standard input: one that is unknown costs no other, and the exit code is 3', async () => {
    for (const item of ['a', 'c']) await service.register(workflow, item, { timeout: 60 });
    const { code, stdout, stderr } = await warden([verb, ...words, ...on('-')], { stdin: 'a\nb\r\n\nc\n' });
    expect(code).toBe(3);
    expect(stdout.split('\n').map((line) => line.split('  ')[0])).toEqual(['a', 'c', '']);
    expect(stderr).toMatch(/^warden: b: [^\n]+\n$/);
    expect(await read('a')).not.toMatchObject({
      state: 'waiting',
      deadline: instant(60_000),
      step: undefined,
    });
  });

  test('-i - with --json prints a line of JSON for each id, also for the one that is unknown', async () => {
    for (const item of ['a', 'c']) await service.register(workflow, item, { timeout: 60 });
    const done = await warden([verb, ...words, ...on('-', '--json')], { stdin: 'a\nb\nc\n' });
    expect(done.code).toBe(3);
    expect(done.lines()).toMatchObject([
      { item: 'a', status: 200 },
      { item: 'b', status: 404, code: 'item-not-found' },
      { item: 'c', status: 200 },
    ]);
  });

  test('--json prints an error as a problem and nothing else; an unknown item is 3', async () => {
    const { code, stdout, stderr } = await warden([verb, ...words, ...on('never', '--json')]);
    expect(code).toBe(3);
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 404,
      code: 'item-not-found',
      type: expect.any(String),
    });
    expect(stderr).toMatch(/^warden: /);
  });
});

test.each(verbs.filter(([verb]) => verb !== 'complete'))(
  '%s with the run of another life changes nothing and exits with 5',
  async (verb, words) => {
    await service.register(workflow, 'a', { timeout: 60, run: 'second' });
    const before = await read('a');
    const { code, json } = await warden([verb, ...words, ...on('a', '--run', 'first', '--json')]);
    expect([code, json().status]).toEqual([5, 412]);
    expect(await read('a')).toEqual(before);
  },
);

test('complete with the run of another life leaves the item that waits', async () => {
  await service.register(workflow, 'a', { timeout: 60, run: 'second' });
  const { code } = await warden(['complete', ...on('a', '--run', 'first', '--json')]);
  expect(code).toBe(5);
  expect((await read('a')).state).toBe('waiting');
});

test('register -i - registers many, and one that is refused costs no other', async () => {
  await service.register(workflow, 'b', { timeout: 60, run: 'another' });
  const args = ['register', ...on('-', '--timeout', '1h', '--run', 'r')];
  const { code, stdout, stderr } = await warden(args, { stdin: 'a\nb\nc\n' });
  expect(code).toBe(5);
  expect(stdout.match(/^[ac] {2}created, waiting/gm)).toHaveLength(2);
  expect(stderr).toMatch(/^warden: b: [^\n]+\n$/);
});

test.each([
  ['register without an id', ['register', '-w', 'w', '--timeout', '1m'], 'name the item with -i'],
  [
    'ids and data from one input',
    ['register', '-w', 'w', '-i', '-', '--data', '-'],
    'both read standard input',
  ],
  ['data that is not JSON', ['register', '-w', 'w', '-i', 'a', '--data', '{'], 'is not valid JSON'],
  [
    'a timeout without a unit that exists',
    ['register', '-w', 'w', '-i', 'a', '--timeout', '5 x'],
    '--timeout must be',
  ],
  ['complete without a workflow', ['complete', '-i', 'a'], 'name the workflow with -w'],
  [
    'an exit code that no process has',
    ['fail', '-w', 'w', '-i', 'a', '--exit', '256'],
    '--exit must be 0 to 255',
  ],
  ['a reason and ids from one input', ['fail', '-w', 'w', '-i', '-'], 'must be given with --reason'],
  ['neither step nor progress', ['step', '-w', 'w', '-i', 'a'], 'neither a step nor --progress'],
  ['a duration in words', ['extend', 'soon', '-w', 'w', '-i', 'a'], 'the duration must be like'],
])('%s is refused with 2 before anything is sent', async (_, args, message) => {
  const { code, stderr, json } = await warden([...args, '--json'], { url: 'http://localhost:1' });
  expect([code, json().code]).toEqual([2, 'usage']);
  expect(stderr).toContain(message);
});

describe('completions', () => {
  test.each(['bash', 'zsh', 'fish'])('%s can read what is printed for it', async (shell) => {
    const { code, stdout } = await warden(['completions', shell]);
    expect(code).toBe(0);
    for (const word of ['reconcile', '--timeout'.slice(2), 'redrive']) expect(stdout).toContain(word);
    const folder = mkdtempSync(join(tmpdir(), 'warden-completions-'));
    const file = join(folder, shell);
    writeFileSync(file, stdout);
    try {
      await promisify(execFile)(shell, ['-n', file]);
    } catch (error) {
      // Only bash is on every machine.
      if (shell === 'bash' || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
