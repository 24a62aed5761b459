import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutations as ofProof } from '../../prove/mutations/mutations.ts';
import { mutations as ofTests } from './mutations.ts';
import type { Planted } from './planted.ts';

/* Both commands stop at a mutation that fits the code no more, and the suite does not run them. */

const root = join(import.meta.dirname, '../..');

test.each<[string, readonly Planted[]]>([
  ['test/mutations', ofTests],
  ['prove/mutations', ofProof],
])('the text that a mutation of %s replaces is exactly once in its file', (_, mutations) => {
  const misfits = mutations.filter(({ file, from }) => {
    const source = readFileSync(join(root, file), 'utf8');
    return source.split(from).length !== 2;
  });
  expect(misfits.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
});

test.each<[string, readonly Planted[]]>([
  ['test/mutations', ofTests],
  ['prove/mutations', ofProof],
])('no two mutations of %s have the same name, and each changes its file', (_, mutations) => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  expect(mutations.filter(({ from, to }) => from === to)).toEqual([]);
});
