import { expect, test } from 'vitest';
import { agoText, isWebAddress, percentText, plural, tookText } from '../../console/text.ts';

test.each([
  ['https://wiki.example.com/orders', true],
  ['http://wiki.example.com', true],
  ['javascript:alert(1)', false],
  ['JaVaScRiPt:alert(1)', false],
  [' javascript:alert(1)', false],
  ['data:text/html,<script>alert(1)</script>', false],
  ['//evil.example.com', false],
  ['not an address', false],
])('whether a page links to %s: %s', (text, expected) => {
  expect(isWebAddress(text)).toBe(expected);
});

test('numbers and times are as exact as people need them', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  expect(agoText('2026-11-28T11:57:00Z', now)).toBe('3m ago');
  expect(agoText('2026-11-28T12:10:00Z', now)).toBe('in 10m');
  expect([tookText(80), tookText(3_210), tookText(250_000)]).toEqual(['80 ms', '3.2 s', '4m 10s']);
  expect([percentText(2 / 184_000), percentText(0.5)]).toEqual(['0.0011 %', '50 %']);
  expect([plural(1, 'item'), plural(1_533, 'item')]).toEqual(['1 item', '1,533 items']);
});
