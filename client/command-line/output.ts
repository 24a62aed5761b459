/** Resolves when the text is written, so that a long list waits for its reader; never if there is no reader. */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    // An error is the stream's: it ends the process.
    stream.write(text, (error) => error ?? resolve());
  });
}

/** Writes a line without any character that a terminal acts on: ids, steps and reasons come from anybody. */
export function writeLine(stream: NodeJS.WritableStream, line: string): Promise<void> {
  return write(stream, `${printable(line)}\n`);
}

/** Writes a text of several lines, cleaned in the same way. */
export function writeText(stream: NodeJS.WritableStream, text: string): Promise<void> {
  const lines = text.trimEnd().split('\n').map(printable);
  return write(stream, `${lines.join('\n')}\n`);
}

/** Writes one JSON document as a line. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): Promise<void> {
  return write(stream, `${JSON.stringify(value)}\n`);
}

/** The text without characters that a terminal acts on, or that change the order in which it is shown. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
