import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { partsOf, shown, textTable, withResults } from '../../bench/harness/page.ts';
import { Results } from '../../bench/harness/result.ts';
import { median, ratio } from '../../bench/harness/rounds.ts';
import { parts } from '../../bench/parts.ts';

const root = join(import.meta.dirname, '../..');
const published = () =>
  z.parse(Results, JSON.parse(readFileSync(join(root, 'bench/results/published.json'), 'utf8')));
const page = () => readFileSync(join(root, 'docs/performance.md'), 'utf8');

test('docs/performance.md is what the recorded figures make: npm run bench -- --write', () => {
  expect(withResults(page(), published())).toBe(page());
});

test('the page has every part of the bench, once', () => {
  expect(partsOf(page()).sort()).toEqual(Object.keys(parts).sort());
});

test('no promise was broken in the recorded figures', () => {
  for (const [name, { broken }] of Object.entries(published()))
    expect({ name, broken }).toEqual({ name, broken: [] });
});

const part = {
  columns: ['what', 'ms', 'ratio'],
  rows: [
    ['register', 1_234.5, 1.234],
    ['step', 12, Number.NaN],
  ],
  broken: [],
};

test('a page keeps its text, and shows figures with what is needed to judge them', () => {
  const machine = { processors: 2, model: 'a processor', memoryGb: 8, node: '24.0.0' };
  const about = {
    at: '2026-11-28T12:00:00.000Z',
    commit: '0123456789',
    changed: true,
    size: 'quick' as const,
  };
  const results = { storm: { ...part, ...about, seconds: 7, machine } };
  const empty = (name: string) => `<!-- bench:${name} -->\nold\n<!-- /bench -->`;
  expect(withResults(`before\n${empty('storm')}\nafter\n${empty('none')}`, results)).toBe(`before
<!-- bench:storm -->
| what | ms | ratio |
| --- | --: | --: |
| register | 1235 | 1.23 |
| step | 12 | – |

\`npm run bench -- --only storm --quick\`, 2026-11-28, commit 0123456789 with changes, 2 × a processor, 8 GB, Node 24.0.0, 7 s.
<!-- /bench -->
after
<!-- bench:none -->
Not recorded yet: \`npm run bench -- --only none --write\`.
<!-- /bench -->`);
});

test('a table for terminals has its columns below one another', () => {
  expect(textTable(part)).toBe('what        ms  ratio\nregister  1235   1.23\nstep        12      –');
});

test.each([
  [0.1234, '0.12'],
  [12.34, '12.3'],
  [3, '3'],
  [123.4, '123'],
  ['4 %', '4 %'],
])('%s is shown as %s', (cell, text) => {
  expect(shown(cell)).toBe(text);
});

test('a ratio is the median of the ratios of the rounds, not the ratio of the medians', () => {
  const samples = (values: number[]) => values.map((processor) => ({ processor, wall: 0 }));
  expect(median([3, 1, 2])).toBe(2);
  expect(ratio(samples([2, 40, 4]), samples([1, 10, 4]))).toBe(2);
});
