import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  anchored,
  timeOrderedIdPattern,
  tokenIdPattern,
  tokenPattern,
  whole,
  workflowNamePattern,
  workflowPrefixPattern,
} from '../../../core/contract/patterns.ts';
import { newToken, tokenText } from '../../../core/model/access/token-text.ts';
import { timeOrderedId } from '../../../core/model/time-ordered-id.ts';

describe('a pattern', () => {
  test('matches the whole text and nothing around it, also with alternatives', () => {
    expect(whole('a').test('a')).toBe(true);
    expect(whole('a').test('ab')).toBe(false);
    expect(whole('a', 'b').test('b')).toBe(true);
    expect(whole('a', 'b').test('ab')).toBe(false);
    expect(whole('a').test('a\n')).toBe(false);
    expect(anchored('a', 'b')).toBe('^(a|b)$');
  });

  test('accepts the texts that the service creates', () => {
    const token = newToken();
    expect(timeOrderedId(Date.now())).toMatch(whole(timeOrderedIdPattern));
    expect(token.id).toMatch(whole(tokenIdPattern));
    expect(tokenText(token)).toMatch(whole(tokenPattern));
  });

  test('accepts names of workflows; the pattern of prefixes also accepts a star at the end', () => {
    const both = whole(workflowNamePattern, workflowPrefixPattern);
    for (const name of ['a', '.a', 'a.', '...', 'A.b_c-9', 'x'.repeat(64)])
      expect(name).toMatch(whole(workflowNamePattern));
    for (const name of ['.', '..', '', 'a b', 'a/b', 'a#', 'x'.repeat(65)]) expect(name).not.toMatch(both);
    for (const prefix of ['*', 'a*', `${'x'.repeat(64)}*`]) expect(prefix).toMatch(both);
    for (const prefix of ['a*b', '**', 'a?']) expect(prefix).not.toMatch(both);
  });
});

test('no other file repeats a pattern', async () => {
  const root = join(import.meta.dirname, '../../..');
  const copies = ['A-Za-z0-9._-]{', '[0-9a-z]{20}', '[A-Za-z0-9]{12}'];
  const found: string[] = [];
  for (const folder of ['core', 'functions', 'lib', 'bin', 'local']) {
    for await (const file of glob(`${folder}/**/*.ts`, { cwd: root })) {
      const text = readFileSync(join(root, file), 'utf8');
      if (copies.some((copy) => text.includes(copy))) found.push(file);
    }
  }
  expect(found).toEqual(['core/contract/patterns.ts']);
});
