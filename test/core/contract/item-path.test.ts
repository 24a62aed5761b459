import { describe, expect, test } from 'vitest';
import { guardFault, PlainItemPath } from '../../../core/contract/item-path.ts';
import { itemPath } from '../../../core/contract/query-form.ts';

describe('the query form', () => {
  test.each([
    ['scan-4711.tiff', 'scan-4711.tiff'],
    ['2026/11/a b', '2026%2F11%2Fa%20b'],
    ['s3://b//k?v=1%', 's3%3A%2F%2Fb%2F%2Fk%3Fv%3D1%25'],
    ['a+b&id=c#d', 'a%2Bb%26id%3Dc%23d'],
  ])('of %j', (item, encoded) => {
    expect(itemPath('uploads', item)).toBe(`/v1/workflows/uploads/item?id=${encoded}`);
    const { searchParams } = new URL(itemPath('uploads', item), 'https://warden.test');
    expect([...searchParams]).toEqual([['id', item]]);
  });
});

describe('the path form', () => {
  test.each(['a', '2026/11/scan-4711.tiff', 'a:b@c,d;e=f!$&()*~', 'é', '..a/.b/c..', '...'])(
    'takes %j',
    (item) => {
      expect(PlainItemPath.parse({ workflow: 'uploads', item })).toEqual({ workflow: 'uploads', item });
    },
  );

  test.each([
    '100%',
    'a?b',
    'a#b',
    'a+b',
    'a b',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/./b',
    'a/..',
    '../a',
    'a/complete',
    'a/b/fail',
  ])('refuses %j, and says which URL is right', (item) => {
    const { error } = PlainItemPath.safeParse({ workflow: 'uploads', item });
    expect(error?.issues).toMatchObject([
      { path: ['item'], message: expect.stringContaining(`use ${itemPath('uploads', item)}`) },
    ]);
  });

  test('refuses texts that cannot be ids', () => {
    const { error } = PlainItemPath.safeParse({ workflow: 'uploads', item: 'a\u200bb' });
    expect(error?.issues).toMatchObject([{ path: ['item'], message: expect.stringContaining('U+200B') }]);
  });
});

test('the guard names both ids, and the URL of its own', () => {
  const path = { workflow: 'uploads', item: 'a' };
  expect(guardFault(path, 'a')).toBeUndefined();
  const fault = guardFault(path, 'a?1');
  expect(fault).toContain('in the URL, "a"; received "a?1"; use /v1/workflows/uploads/item?id=a%3F1');
});
