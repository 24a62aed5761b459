import { describe, expect, test } from 'vitest';
import { ItemId, Tags, WorkflowName } from '../../../core/contract/names.ts';

describe("an item's id", () => {
  test.each([
    'a',
    'a/b/c',
    'a b',
    '100%',
    '%2F',
    'ü',
    '😀',
    '👩‍👩‍👧',
    '…',
    '.a',
    'a..b',
    '/',
    'a//b',
    '#?&',
    '😀'.repeat(256),
  ])('may be %j', (item) => {
    expect(ItemId.safeParse(item).success).toBe(true);
  });

  test.each([
    '',
    '.',
    '..',
    'a/../b',
    'a/.',
    './a',
    'a\nb',
    '\u0000',
    'a\u007f',
    '\ud800',
    '\u2028',
    '\ufffe',
    'a\uffff',
    '\u202e',
    'x'.repeat(257),
    '😀'.repeat(257),
  ])('may not be %j', (item) => {
    expect(ItemId.safeParse(item).success).toBe(false);
  });
});

describe("a workflow's name", () => {
  test.each(['a', 'A.b_c-9', '...', 'w'.repeat(64)])('may be %j', (name) => {
    expect(WorkflowName.safeParse(name).success).toBe(true);
  });
  test.each(['', '.', '..', 'a/b', 'a b', 'ü', 'a#b', 'w'.repeat(65)])('may not be %j', (name) => {
    expect(WorkflowName.safeParse(name).success).toBe(false);
  });
});

describe('tags', () => {
  test('are at most ten', () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    expect(Tags.safeParse(tags(10)).success).toBe(true);
    expect(Tags.safeParse(tags(11)).error?.issues[0]?.message).toContain('received 11');
  });
  test.each(['', ' ', 'a:b', '-a', '_a'])('may not have the key %j', (key) => {
    expect(Tags.safeParse(JSON.parse(`{${JSON.stringify(key)}:"v"}`)).success).toBe(false);
  });
  test.each(['constructor', 'toString', 'a.b/c-d_e'])('may have the key %j', (key) => {
    expect(Tags.parse({ [key]: 'v' })).toEqual({ [key]: 'v' });
  });
});
