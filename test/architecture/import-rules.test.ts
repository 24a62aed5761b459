import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What each folder may import of ours (design.md, section 6). Its own files always. */
const allowed: Record<string, RegExp> = {
  core: /^package\.json$/,
  functions: /^core\//,
  local: /^(functions|core)\/|^package\.json$/,
  client: /^core\/contract\//,
  lib: /^core\/(environment|contract\/routes)\.ts$/,
  bin: /^lib\//,
  // They speak HTTP, as users do.
  examples: /(?!)/,
};

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const relativeImports = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...relativeImports].map(([, specifier = '']) =>
    relative(root, join(root, dirname(file), specifier)),
  );
}

describe.each(Object.keys(allowed))('%s', (folder) => {
  test('imports only what it may', async () => {
    const offences: string[] = [];
    for await (const file of glob(`${folder}/**/*.ts`, { cwd: root })) {
      for (const imported of importsOf(file)) {
        const own = imported.startsWith(`${folder}/`);
        if (!own && !allowed[folder]?.test(imported)) offences.push(`${file} imports ${imported}`);
      }
    }
    expect(offences).toEqual([]);
  });
});

test('the hot-path functions do not carry the OpenAPI document', async () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !file.endsWith('.ts')) return;
    seen.add(file);
    importsOf(file).forEach(visit);
  };
  for (const name of ['register', 'complete', 'progress', 'check-timers']) visit(`functions/${name}.ts`);
  expect([...seen].filter((file) => file.includes('openapi'))).toEqual([]);
});

test('every operation has one file of its name in functions/ and core/operations/', async () => {
  const names = async (folder: string) => {
    const found: string[] = [];
    for await (const file of glob(`${folder}/*.ts`, { cwd: root })) found.push(relative(folder, file));
    return found;
  };
  const operations = await names('core/operations');
  const withoutCore = (await names('functions')).filter((name) => !operations.includes(name));
  // The document is in the contract.
  expect(withoutCore).toEqual(['read-openapi.ts']);
});
