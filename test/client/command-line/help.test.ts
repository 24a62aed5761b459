import { expect, test } from 'vitest';
import type { Context } from '../../../client/command-line/context.ts';
import { createProgram } from '../../../client/command-line/program.ts';

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
