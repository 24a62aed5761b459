import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longest } from '../support/longest-first.ts';

const root = join(import.meta.dirname, '../..');

test('every decision has a number of its own', () => {
  const numbers = globSync('docs/adr/*.md', { cwd: root }).map((file) => /\d{4}/.exec(file)?.[0]);
  expect(numbers.length).toBeGreaterThan(30);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test('the files that begin first are there', () => {
  expect(longest.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
