import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { routes } from '../../core/contract/routes.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const section = (title: string) => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('the README', () => {
  test('lists every limit as the contract has it', () => {
    const numbers = new Set(section('Limits').match(/\d+/g)?.map(Number));
    const { longestTimeoutSeconds, longestSilenceSeconds, descriptionCharacters, ...shown } = limits;
    expect(Object.entries(shown).filter(([, limit]) => !numbers.has(limit))).toEqual([]);
    expect(numbers).toContain(longestTimeoutSeconds / 86_400);
    expect(numbers).toContain(longestSilenceSeconds / 86_400);
  });

  test('lists every route', () => {
    const rows = section('API').split('\n');
    for (const { method, path } of routes) {
      const documented = path.replace('{item+}', '{item}');
      expect(
        rows.some((row) => row.includes(`\`${documented}\``) && row.includes(`\`${method}\``)),
        path,
      ).toBe(true);
    }
  });

  test('names every promise', () => {
    expect(section('Promises').match(/\*\*P\d/g)).toHaveLength(9);
  });
});
