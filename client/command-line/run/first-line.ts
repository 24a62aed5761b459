import { readSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';

/** Reads one line of standard input and not a byte more, as the shell's `read` does: the rest is the command's. */
export function firstLine(): string {
  const byte = Buffer.alloc(1);
  const bytes: number[] = [];
  try {
    while (readSync(0, byte) === 1 && byte[0] !== 0x0a) bytes.push(byte[0] ?? 0);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(`standard input cannot be read (${code}), and -i - asks for it`, undefined, {
      cause,
    });
  }
  const line = Buffer.from(bytes).toString().replace(/\r$/, '');
  if (line === '') throw new UsageError('standard input has no id in its first line, and -i - asks for one');
  return line;
}
