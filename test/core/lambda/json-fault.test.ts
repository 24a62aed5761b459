import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFault } from '../../../core/lambda/json-fault.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('users 9: where and why a text is not JSON', () => {
  test.each([
    ["{'a': 1}", 1, 2, /single quotes/],
    ['{“a”: 1}', 1, 2, /straight double quotes/],
    ['{"a": 1,}', 1, 9, /remove the comma before the }/],
    ['[1,\n 2,\n]', 3, 1, /remove the comma before the ]/],
    ['{"a": 1', 1, 8, /ends too early/],
    ['{"a": "x', 1, 9, /ends too early/],
    ['{"a": "x\ny"}', 1, 9, /escape, such as \\n/],
    ['{"a": "C:\\dir"}', 1, 10, /backslash/],
    ['{a: 1}', 1, 2, /name needs double quotes/],
    ['{"a": red}', 1, 7, /text needs double quotes/],
    ['{"a": None}', 1, 7, /true, false and null/],
    ['{"a": NaN}', 1, 7, /finite numbers/],
    ['{"a": 1} {"b": 2}', 1, 10, /more text after the end/],
    ['{"a" 1}', 1, 6, /colon is missing/],
    ['{"a": 1 "b": 2}', 1, 9, /comma or a closing bracket/],
    ['{"a": 1]', 1, 8, /closes nothing/],
    ['{\n  // the timeout\n  "timeout": 60\n}', 2, 3, /no comments/],
    ['{"a": 01}', 1, 8, /comma or a closing bracket/],
  ])('%j', (text, line, column, cause) => {
    expect(jsonFault(text)).toEqual({ line, column, cause: expect.stringMatching(cause) });
  });

  test('a million brackets are read without recursion', () => {
    expect(jsonFault('['.repeat(1_000_000))).toMatchObject({ line: 1, column: 1_000_001 });
  });

  test('any damaged JSON text has a fault at a place in it, and what is before it can still become JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', ...'{}[]",:1a\\\n'), (json, seed, insert) => {
        const at = seed % (json.length + 1);
        const text = json.slice(0, at) + insert + json.slice(insert === '' ? at + 1 : at);
        fc.pre(!isJson(text));
        const { line, column } = jsonFault(text);
        const lines = text.split('\n');
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        // A fault is never before the damage: up to there the text is that of a JSON value.
        const offset = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1;
        expect(offset).toBeGreaterThanOrEqual(startOfToken(json, at));
      }),
    );
  });
});

/** The beginning of the number, literal or escape that the position is in. */
function startOfToken(json: string, at: number): number {
  return at - (/(?:[-+.\w]+|\\u?[0-9a-fA-F]*)$/.exec(json.slice(0, at))?.[0].length ?? 0);
}
