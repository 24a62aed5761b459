import { describe, expect, test } from 'vitest';
import { BreachedFilter, TagFilter } from '../../../core/contract/item-filter.ts';

describe('a prefix', () => {
  test.each(['a', 'a ', '2026/11/', 's3://', '.', 'x'.repeat(256)])('may be %j', (prefix) => {
    expect(BreachedFilter.parse({ prefix })).toEqual({ prefix });
  });

  test.each([
    [' a', 'U+0020 at position 1'],
    ['cafe\u0301', 'NFC; received U+0065 at position 4'],
    ['a\u200b', 'U+200B at position 2'],
    ['', '1–256 printable characters; received 0'],
    ['x'.repeat(257), '1–256 printable characters; received 257'],
  ])('with which no id begins, %j, is refused', (prefix, message) => {
    expect(BreachedFilter.safeParse({ prefix }).error?.issues).toMatchObject([
      { path: ['prefix'], message: expect.stringContaining(message) },
    ]);
  });
});

describe('a tag', () => {
  test.each(['a', 'a:', 'a:b', 'a:b:c', 'a:&=é', 'a: is: b'.replace(' ', '')])('may be %j', (tag) => {
    expect(TagFilter.parse(tag)).toBe(tag);
  });

  test.each([
    ['a:b ', 'the value must not begin or end with white space; received U+0020 at position 2'],
    ['a:e\u0301', 'NFC'],
    ['a:\u200b', 'U+200B at position 1'],
  ])('that no item has, %j, is refused', (tag, message) => {
    expect(TagFilter.safeParse(tag).error?.issues).toMatchObject([
      { message: expect.stringContaining(message) },
    ]);
  });
});
