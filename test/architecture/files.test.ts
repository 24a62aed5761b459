import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longest } from '../support/longest-first.ts';

const root = join(import.meta.dirname, '../..');

test('no source file has more than 250 lines', () => {
  const sources = globSync('{bin,build,client,console,core,functions,lib,local}/**/*.{ts,tsx}', {
    cwd: root,
  });
  expect(sources.length).toBeGreaterThan(300);
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  expect(sources.filter((file) => lines(file) > 250)).toEqual([]);
});

test('every decision has a number of its own', () => {
  const numbers = globSync('docs/adr/*.md', { cwd: root }).map((file) => /\d{4}/.exec(file)?.[0]);
  expect(numbers.length).toBeGreaterThan(30);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test('the files that begin first are there', () => {
  expect(longest.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
