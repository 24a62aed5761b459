import { printable } from './printable.ts';
import { wrapped } from './text/wrap.ts';

type Stream = NodeJS.WritableStream & { columns?: number };

/** Resolves when the text is written, so that a long list waits for its reader; never if there is no reader. */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    // An error is the stream's: it ends the process.
    stream.write(text, (error) => error ?? resolve());
  });
}

/**
 * Writes a line without any character that a terminal acts on: ids, steps and reasons come from anybody. On a terminal it is
 * broken at blanks.
 */
export function writeLine(stream: Stream, line: string): Promise<void> {
  return writeText(stream, printable(line));
}

/** Writes a text of several lines in the same way. */
export function writeText(stream: Stream, text: string): Promise<void> {
  const lines = text.trimEnd().split('\n');
  return writeLines(
    stream,
    lines.map((line) => wrapped(printable(line), stream.columns)),
  );
}

/** The same for what programs read, such as JSON and scripts: no line is broken. */
export function writeWhole(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return writeLines(stream, text.trimEnd().split('\n').map(printable));
}

/** Writes one JSON document as a line. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): Promise<void> {
  return write(stream, `${JSON.stringify(value)}\n`);
}

function writeLines(stream: NodeJS.WritableStream, lines: readonly string[]): Promise<void> {
  return write(stream, `${lines.join('\n')}\n`);
}
