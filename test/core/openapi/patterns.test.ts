import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { label, lines, printable } from '../../../core/contract/names.ts';
import { timeoutMs } from '../../../core/contract/timeout.ts';
import { characterPatterns, durationPattern } from '../../../core/openapi/patterns.ts';
import { codePoint } from '../../support/code-point.ts';

const characters = { printable: printable(0, 1_000), lines: lines(0, 1_000), label: label(0, 1_000) };
const odd =
  '\u0000\t\n\r\u001f \u007f\u0085\u009f\u00a0\u00ad\u1680\u200b\u200d\u2028\u202e\u2066\u2800\ufdd0\ufeff\ufffd\ufffe\uffff';
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...odd, 'a', 'é', '🚚'), codePoint),
});

describe.each(Object.entries(characters))('the pattern of %s', (name, schema) => {
  const pattern = new RegExp(characterPatterns[name] ?? '', 'u');

  test('accepts everything that the service accepts', () => {
    fc.assert(
      fc.property(text, (value) => {
        if (z.safeParse(schema, value).success) expect(value).toMatch(pattern);
      }),
      { numRuns: 2_000 },
    );
  });

  test('refuses control characters, and line ends unless it is a pattern of lines', () => {
    for (const character of '\u0000\u001f\u0085\u2028\u202e\u2066\ufdd0\uffff') {
      expect(`a${character}b`).not.toMatch(pattern);
    }
    expect(pattern.test('a\nb\tc')).toBe(name === 'lines');
    expect(pattern.test(' a')).toBe(name !== 'label');
  });
});

test('the pattern of durations accepts exactly what the service accepts', () => {
  const pattern = new RegExp(durationPattern);
  const part = fc.constantFrom(
    'P',
    'T',
    '1W',
    '2D',
    '3H',
    '4M',
    '5S',
    '1.5S',
    '6Y',
    'x',
    '7',
    '2d',
    '3h',
    '4m',
    '5s',
    '.5',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      for (const value of [parts.join(''), `P${parts.join('')}`]) {
        expect(pattern.test(value), value).toBe(timeoutMs(value) !== undefined);
      }
    }),
    { numRuns: 3_000 },
  );
});
