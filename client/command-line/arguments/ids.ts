import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Context } from '../context.ts';

/**
 * The ids in a file or, for `-`, on standard input: an id a line, or items as `warden list --json` prints them. Throws
 * the error of the file.
 */
export async function readIds(context: Context, source: string): Promise<string[]> {
  if (source === '-' && context.stdin.isTTY) context.stderr.write('Type one id a line, then Ctrl-D.\n');
  const whole = source === '-' ? await text(context.stdin) : await readFile(source, 'utf8');
  return whole
    .split('\n')
    .map((line) => idOf(line.trim()))
    .filter((id) => id !== '');
}

function idOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { item } = JSON.parse(line);
    return typeof item === 'string' ? item : line;
  } catch {
    // An id may begin with a brace.
    return line;
  }
}
