import { createInterface } from 'node:readline';
import { WardenError } from '../../warden-error.ts';
import type { Context } from '../context.ts';
import { wrapped } from '../text/wrap.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Asks on the terminal, on standard error. Resolves to whether the answer is yes. Throws a UsageError if there is no
 * terminal to ask on, a WardenError at Ctrl-C.
 */
export async function confirm({ stdin, stderr }: Context, question: string): Promise<boolean> {
  if (!stdin.isTTY) {
    throw new UsageError(
      `there is no terminal to ask on: ${question}`,
      'Add --yes to do it without a question.',
    );
  }
  let isAnswered = false;
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return await new Promise((resolve, reject) => {
      terminal.on('SIGINT', () => reject(new WardenError('aborted', 'interrupted; nothing was done')));
      terminal.on('close', () => {
        // Ctrl-C and Ctrl-D leave the cursor behind the question.
        if (!isAnswered) stderr.write('\n');
        resolve(false);
      });
      terminal.question(`${wrapped(`${question} [y/N]`, stderr.columns)} `, (answer) => {
        isAnswered = true;
        resolve(/^y(es)?$/i.test(answer.trim()));
      });
    });
  } finally {
    terminal.close();
  }
}
