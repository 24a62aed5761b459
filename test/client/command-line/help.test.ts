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
  const without = commands
    .filter((command) => {
      shown = '';
      command.outputHelp();
      return command.description() === '' || !shown.includes('\nExamples:\n  warden ');
    })
    .map((command) => command.name());
  expect(without).toEqual([]);
});
