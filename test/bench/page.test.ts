import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { partsOf, shown, textTable, withResults } from '../../bench/harness/page.ts';
import { median, ratio } from '../../bench/harness/rounds.ts';
import { parts } from '../../bench/parts.ts';
import { pageOf, pages, publishedResults } from '../../bench/publish.ts';

test.each(pages)('%s is what the published figures make: npm run bench -- --page', (page) => {
  expect(pageOf(page, publishedResults())).toBe(readFileSync(page, 'utf8'));
});

test('the pages have every part of the bench, once', () => {
  const shownParts = pages.flatMap((page) => partsOf(readFileSync(page, 'utf8')));
  expect(shownParts.sort()).toEqual(Object.keys(parts).sort());
});

test('no promise was broken in the published figures', () => {
  for (const [name, { broken }] of Object.entries(publishedResults()))
    expect({ name, broken }).toEqual({ name, broken: [] });
});

const noTargets = { columns: [], rows: [], broken: [] };

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
  expect(withResults(`before\n${empty('storm')}\nafter\n${empty('none')}`, results, noTargets)).toBe(`before
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
