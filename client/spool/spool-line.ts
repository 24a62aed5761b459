import { createHash } from 'node:crypto';

/** A run of bytes that is no line, such as the rest of a write that a crash cut off. */
export interface DamagedBytes {
  position: number;
  bytes: number;
}

/** Longer than any operation that a batch can carry. */
const mostLengthDigits = 8;

/**
 * A line of a spool file: the bytes of its JSON, their checksum, the JSON. By its length and checksum a line is found
 * and recognised even if the line before it, or the line end between them, is damaged.
 */
export function lineOf(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${json.length} ${checksum(json)} `), json, Buffer.from('\n')]);
}

/**
 * All intact lines, in their order, and the bytes between them. `parse` returns undefined for a value that it does not
 * know, which counts as damage too.
 */
export function readLines<Value>(
  bytes: Buffer,
  parse: (value: unknown) => Value | undefined,
): { values: Value[]; damaged: DamagedBytes[] } {
  const values: Value[] = [];
  const damaged: DamagedBytes[] = [];
  // One character for each byte, so that places in the text are places in the file.
  const text = bytes.toString('latin1');
  const start = new RegExp(`([1-9]\\d{0,${mostLengthDigits - 1}}) ([0-9a-f]{16}) `, 'g');
  let end = 0;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const from = found.index + found[0].length;
    const to = from + Number(found[1]);
    const json = bytes.subarray(from, to);
    const value =
      to <= bytes.length && checksum(json) === found[2] ? parse(JSON.parse(json.toString())) : undefined;
    if (value === undefined) {
      start.lastIndex = found.index + 1;
      continue;
    }
    if (found.index > end) damaged.push({ position: end, bytes: found.index - end });
    values.push(value);
    end = Math.min(to + 1, bytes.length);
    start.lastIndex = end;
  }
  if (end < bytes.length) damaged.push({ position: end, bytes: bytes.length - end });
  return { values, damaged };
}

function checksum(json: Buffer): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}
