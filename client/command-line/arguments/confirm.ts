import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Context } from '../context.ts';

/**
 * Asks on the terminal. Resolves to whether the answer is yes. Throws a CommanderError if there is no terminal to ask on.
 */
export async function confirm(context: Context, command: Command, question: string): Promise<boolean> {
  if (!context.stdin.isTTY) {
    return command.error(
      `error: there is no terminal to ask "${question}" on. Add --yes to do it without asking.`,
    );
  }
  const terminal = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: context.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
