import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonFile } from '../../../clients/python/python-process.ts';

/** What a person types once a text has been shown. */
export interface Typed {
  after: string;
  keys: string;
}

export const ctrlC = '\u0003';

/** Runs a program on a terminal of its own, which Python makes. */
export async function runOnTerminal(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  { after, keys }: Typed = { after: '', keys: '' },
  columns = 80,
): Promise<{ code: number; shown: string }> {
  const script = join(import.meta.dirname, 'terminal.py');
  // Without site packages, which it needs none of.
  const { stdout } = await promisify(execFile)(
    await pythonFile(),
    ['-I', '-S', script, JSON.stringify([words, after, keys, columns])],
    { env: { ...process.env, TZ: 'UTC', ...env } },
  );
  return JSON.parse(stdout);
}
