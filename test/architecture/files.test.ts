import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { longest, spread } from '../support/longest-first.ts';

const root = join(import.meta.dirname, '../..');

describe('source files', () => {
  const sources = globSync('{bench,bin,build,client,console,core,functions,lib,local,prove}/**/*.{ts,tsx}', {
    cwd: root,
  });
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

  test('have at most 250 lines', () => {
    expect(sources.length).toBeGreaterThan(700);
    expect(sources.filter((file) => lines(file) > 250)).toEqual([]);
  });

  test('have a median length of at most 60 lines', () => {
    const lengths = sources.map(lines).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(60);
  });
});

test('every decision has a number of its own', () => {
  const numbers = globSync('docs/adr/*.md', { cwd: root }).map((file) => /\d{4}/.exec(file)?.[0]);
  expect(numbers.length).toBeGreaterThan(30);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test('the files that begin first are there', () => {
  expect(longest.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('files that wait are spread evenly among the others', () => {
  expect(spread(['a', 'b'], [1, 2, 3, 4, 5, 6] as (string | number)[])).toEqual([1, 'a', 2, 3, 4, 'b', 5, 6]);
  expect(spread([], ['only'])).toEqual(['only']);
});
