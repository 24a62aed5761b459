import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ItemId, Tags, WorkflowName } from '../../../core/contract/names.ts';
import { keysOf } from '../../../core/model/item/item-record.ts';

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

  test('of any length fits the keys of DynamoDB: 2,048 bytes of hash key, 1,024 of range key', () => {
    const { pk, queue, due, registered } = keysOf({
      workflow: 'w'.repeat(64),
      item: '😀'.repeat(256),
      state: 'overdue',
      deadline: '2026-03-01T12:00:00.000Z',
      registeredAt: '2026-03-01T11:00:00.000Z',
    });
    expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(queue)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(due)).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(registered ?? '')).toBeLessThanOrEqual(1024);
  });

  test('never makes the key of another workflow and item', () => {
    const key = (workflow: string, item: string) =>
      keysOf({ workflow, item, state: 'waiting', deadline: '', registeredAt: '' }).pk;
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
    const item = fc.string({ unit: fc.constantFrom('#', 'a', '/', 'é') });
    fc.assert(
      fc.property(name, item, name, item, (w1, i1, w2, i2) => {
        expect(key(w1, i1) === key(w2, i2)).toBe(w1 === w2 && i1 === i2);
      }),
    );
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
