import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOf } from '../support/recipe.ts';

/* The pages of docs/recipes as a whole. */

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'docs/recipes');
const pages = readdirSync(folder).filter((name) => name !== 'README.md');
const read = (path: string) => readFileSync(path, 'utf8');

test('the index lists every page', () => {
  const index = read(join(folder, 'README.md'));
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});

test.each(pages)('%s has all parts, every code block is a file, and a test runs it', (page) => {
  const text = read(join(folder, page));
  for (const part of ['The problem', 'When it is lost', 'timeout']) expect(text).toContain(part);
  const blocks = text.match(/^```\w+.*$/gm) ?? [];
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.filter((fence) => !/^```\w+ file=\S+$/.test(fence))).toEqual([]);
  const tests = read(join(import.meta.dirname, page.replace('.md', '.test.ts')));
  const own = [...filesOf(page)].map(([, content]) => content).join('\n');
  // A file is run by the test, or by another file of the page.
  for (const name of filesOf(page).keys()) {
    const base = name.split('/').at(-1) ?? '';
    expect(tests.includes(base) || own.includes(base), name).toBe(true);
  }
});

test('every link in the recipes leads to a file', () => {
  const files = [
    ...globSync('docs/recipes/*.md', { cwd: root }),
    'docs/when-the-warden-is-away.md',
    'examples/openfn/README.md',
  ];
  const broken = files.flatMap((file) =>
    [...read(join(root, file)).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(join(root, dirname(file), link)))
      .map((link) => `${file}: ${link}`),
  );
  expect(broken).toEqual([]);
});
