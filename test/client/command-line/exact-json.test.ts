import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasInexactNumber } from '../../../client/command-line/exact-json.ts';

test.each([
  '12345678901234567890',
  '{"a": [1, {"b": 9007199254740993}]}',
  '1e400',
  '-1e400',
  '1e-400',
  '0.10000000000000000001',
  '100000000000000000000000001',
])('JavaScript would change a number of %s', (text) => expect(hasInexactNumber(text)).toBe(true));

test.each([
  '0',
  '-0',
  '-0.0e7',
  '1.50',
  '15E+2',
  '0.1',
  '1e21',
  '10000000000000000000000',
  '5e-324',
  '9007199254740992',
  '{"12345678901234567890": "1e400", "quoted": "\\" 1e400 \\\\"}',
  '[true, null, ""]',
])('JavaScript changes no number of %s', (text) => expect(hasInexactNumber(text)).toBe(false));

test('JavaScript changes nothing that it wrote', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hasInexactNumber(JSON.stringify(value))).toBe(false);
    }),
  );
});
