import { expect, test } from 'vitest';
import type { Context } from '../../../client/command-line/context.ts';
import { commandTable, overviewText } from '../../../client/command-line/overview.ts';
import { createProgram } from '../../../client/command-line/program.ts';
import { cleanEnvironment, warden } from './support/execute.ts';

test('`warden --help` lists every command with its first alias, and every global option', () => {
  const program = createProgram({} as Context, { json: false, color: true });
  const listed = Object.values(commandTable).flatMap((list) => Object.keys(list));
  expect(listed).toEqual(program.commands.map((one) => [one.name(), ...one.aliases().slice(0, 1)].join('|')));
  const items = overviewText(200)
    .split('\n')
    .filter((line) => line.startsWith('  '));
  const terms = items.map((line) => line.trim().split(/ {2,}/)[0]);
  expect(terms).toEqual([
    ...program.options.map(({ flags }) => flags),
    '-h, --help',
    ...listed,
    'help [command]',
  ]);
});

test('the built `warden` prints the same help for --help, -h and help, and without a command, which is an error', async () => {
  const env = cleanEnvironment();
  const asked = [['--help'], ['-h'], ['help'], []];
  const [help, ...others] = await Promise.all(
    asked.map(async (words) => {
      const { code, stdout, stderr } = await warden(words, env).ended;
      return { code, stdout: stdout.toString(), stderr: stderr.toString() };
    }),
  );
  // A pipe has no width.
  expect(help).toEqual({ code: 0, stdout: overviewText(undefined), stderr: '' });
  expect(others).toEqual([help, help, { code: 2, stdout: '', stderr: help?.stdout }]);
});

test('every command has a description and examples in its help', () => {
  let shown = '';
  const write = (text: string) => {
    shown += text;
    return true;
  };
  const streams = { stdout: { write }, stderr: { write } } as unknown as Context;
  const { commands } = createProgram(streams, { json: false, color: true });
  // `warden start --help` is the help of the service.
  const without = commands
    .filter((command) => command.name() !== 'start')
    .filter((command) => {
      shown = '';
      command.outputHelp();
      return command.description() === '' || !shown.includes('\nExamples:\n');
    })
    .map((command) => command.name());
  expect(without).toEqual([]);
});
