import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf, readLines } from '../../../client/spool/spool-line.ts';

const read = (bytes: Buffer) => readLines(bytes, (value) => value);
const values = [{ item: 'a' }, { item: 'ä\n"2"', data: [1, null] }, ['id'], { item: 'z' }];
const lines = values.map(lineOf);
const file = Buffer.concat(lines);
/** Where each line begins, and the end. */
const starts = [0, 1, 2, 3, 4].map((count) => Buffer.concat(lines.slice(0, count)).length);

test('what was written is read', () => {
  expect(read(file)).toEqual({ values, damaged: [] });
  expect(read(Buffer.alloc(0))).toEqual({ values: [], damaged: [] });
  fc.assert(
    fc.property(fc.array(fc.json().map((text) => JSON.parse(text))), (written) => {
      expect(read(Buffer.concat(written.map(lineOf)))).toEqual({ values: written, damaged: [] });
    }),
  );
});

test('cut off at any byte, a file loses the cut line only, and names the place', () => {
  for (let length = 0; length < file.length; length++) {
    const whole = starts.filter((end) => end <= length).length - 1;
    const begun = starts[whole] ?? 0;
    // Without its line end a line is whole.
    const isWhole = length + 1 === starts[whole + 1];
    expect(read(file.subarray(0, length)), `cut at ${length}`).toEqual({
      values: values.slice(0, isWhole ? whole + 1 : whole),
      damaged: begun === length || isWhole ? [] : [{ position: begun, bytes: length - begun }],
    });
  }
});

test('with any byte changed in any way, a file loses the line of that byte at most, and names the place', () => {
  for (let at = 0; at < file.length; at++) {
    const line = starts.filter((start) => start <= at).length - 1;
    for (const mask of [0x01, 0x20, 0x80, 0xff, (file[at] ?? 0) ^ 0x0a, (file[at] ?? 0) ^ 0x31]) {
      if (mask === 0) continue;
      const damagedFile = Buffer.from(file);
      damagedFile[at] = (file[at] ?? 0) ^ mask;
      const { values: found, damaged } = read(damagedFile);
      const others = values.filter((_, index) => index !== line);
      const isLineEnd = at + 1 === starts[line + 1];
      expect(found, `byte ${at} with ${mask}`).toEqual(isLineEnd ? values : others);
      const position = starts[line] ?? 0;
      expect(damaged).toEqual(isLineEnd ? [] : [{ position, bytes: lines[line]?.length ?? 0 }]);
    }
  }
});

describe('anything between two lines', () => {
  test('costs neither of them', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(file.subarray(0, 20), Buffer.from('12')),
    );
    fc.assert(
      fc.property(garbage, (bytes) => {
        const { values: found, damaged } = read(Buffer.concat([lines[0] ?? file, bytes, lines[3] ?? file]));
        expect(found).toEqual([values[0], values[3]]);
        expect(damaged).toEqual([{ position: lines[0]?.length, bytes: bytes.length }]);
      }),
    );
  });

  test('is never taken for a line because a value contains the text of one', () => {
    const inner = lines[0]?.toString() ?? '';
    const outer = lineOf({ data: inner, more: [inner] });
    expect(read(outer.subarray(0, outer.length - 2)).values).toEqual([]);
  });
});

test('a value that the reader does not know is damage', () => {
  const known = readLines(file, (value) => (Array.isArray(value) ? undefined : value));
  expect(known.values).toHaveLength(3);
  expect(known.damaged).toEqual([{ position: starts[2], bytes: lines[2]?.length }]);
});
