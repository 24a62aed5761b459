import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { routes } from '../../core/contract/routes.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const section = (title: string) => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

// Node runs a TypeScript file by itself only from 22.18; an npm script brings its own Node.
test('users 3: every command in the docs that runs our code is an npm script', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    ...globSync('{docs,examples}/**/*.md', { cwd: root }),
  ]) {
    const text = read(file);
    const named = [...text.matchAll(/npm run ([a-z:-]+)(?!.*<name>)/g)].map(([, name = '']) => name);
    expect({ file, unknown: named.filter((name) => !(name in scripts)) }).toEqual({ file, unknown: [] });
    expect({ file, direct: text.match(/(?<!npx )\bnode (-\S+ )*\S+\.ts\b/g) }).toEqual({
      file,
      direct: null,
    });
  }
});

describe('the README', () => {
  test('lists every limit with the value of the contract', () => {
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
