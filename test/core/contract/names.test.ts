import { describe, expect, test } from 'vitest';
import { ItemId, RunToken, StepName, Tags, WorkflowName } from '../../../core/contract/names.ts';

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
    '.',
    '..',
    'a/../b',
    's3://b//k?v=1%',
    'a  b',
    'Screenshot 9.41.07\u202fAM.png',
    'é',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩🏽\u200d🚀',
    '😀'.repeat(256),
  ])('may be %j', (item) => {
    expect(ItemId.safeParse(item).success).toBe(true);
  });

  test.each([
    '',
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

  test.each([
    [' a', 'not begin or end with white space; received U+0020 at position 1 of " a"'],
    ['ab ', 'U+0020 at position 3'],
    ['ab\u00a0', 'U+00A0 at position 3'],
    ['\u3000ab', 'U+3000 at position 1'],
    ['ab\u2800', 'U+2800 at position 3'],
    [' ', 'U+0020 at position 1'],
    ['a\u200bb', 'not contain an invisible character; received U+200B at position 2'],
    ['\ufeffa', 'U+FEFF at position 1'],
    ['a\u00adb', 'U+00AD at position 2'],
    ['a\u200f', 'U+200F at position 2'],
    ['\u061ca', 'U+061C at position 1'],
    ['😀\u{e0041}', 'U+E0041 at position 2'],
    ['\u3164', 'U+3164 at position 1'],
    ['a\ufff9b', 'U+FFF9 at position 2'],
    ['a\u034fb', 'U+034F at position 2'],
    ['❤\ufe0f', 'U+FE0F at position 2'],
    ['葛\u{e0100}', 'U+E0100 at position 2'],
    ['a\u200db', 'U+200D at position 2'],
    ['a\u200cb', 'U+200C at position 2'],
    ['1\u200d2', 'U+200D at position 2'],
    ['😀\u200c😀', 'U+200C at position 2'],
    ['😀\u200d\u200d😀', 'U+200D at position 2'],
    ['😀\u200d', 'U+200D at position 2'],
    ['\u200d😀', 'U+200D at position 1'],
    ['caf\ufffd', 'could not be decoded; received U+FFFD at position 4'],
    ['cafe\u0301', 'Unicode form NFC; received U+0065 at position 4'],
    ['\u212b', 'NFC; received U+212B at position 1'],
    ['\uac00\u11a8', 'NFC; received U+AC00 at position 1'],
    ['a\u202eb', 'printable; received U+202E at position 2'],
    ['x'.repeat(257), '1–256 printable characters; received 257'],
  ])('%j is refused with the character and its place', (item, message) => {
    for (const schema of [ItemId, RunToken, StepName]) {
      if (item.length > 100 && schema !== ItemId) continue;
      expect(schema.safeParse(item).error?.issues).toMatchObject([
        { message: expect.stringContaining(message) },
      ]);
    }
    expect(Tags.safeParse({ a: item }).success).toBe(false);
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
  test('may have an empty value', () => {
    expect(Tags.parse({ a: '' })).toEqual({ a: '' });
  });
  test.each(['constructor', 'toString', 'a.b/c-d_e'])('may have the key %j', (key) => {
    expect(Tags.parse({ [key]: 'v' })).toEqual({ [key]: 'v' });
  });
});
