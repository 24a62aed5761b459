import { describe, expect, test } from 'vitest';
import { firstValue, queryOf } from '../../../core/lambda/query.ts';

describe('a query', () => {
  test.each([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['&a=1&&', { a: '1' }],
    ['a=x+y&b=x%2By&c=x%20y', { a: 'x y', b: 'x+y', c: 'x y' }],
    ['a=%2525', { a: '%25' }],
    ['a=%2F..%2F//?', { a: '/..///?' }],
    ['a=%C3%A9&b=é', { a: 'é', b: 'é' }],
    ['%69d=1', { id: '1' }],
    ['constructor=1', { constructor: '1' }],
  ])('%j is decoded once', (text, query) => {
    expect(queryOf(text)).toEqual(query);
  });

  test('with a repeated parameter is a list where lists are allowed, and refused elsewhere', () => {
    expect(queryOf('id=a,b&id=c', ['id'])).toEqual({ id: ['a,b', 'c'] });
    expect(queryOf('id=a', ['id'])).toEqual({ id: ['a'] });
    expect(() => queryOf('id=a&x=1&id=a')).toThrow('allowed only once in the query: id');
    expect(() => queryOf('id=a&%69d=a')).toThrow('allowed only once in the query: id');
  });

  test.each(['id=100%', 'id=%zz', 'id=%2', 'id=caf%E9', 'id=%ff', 'id=%C3', 'id=%ED%A0%80'])(
    '%s is refused, not corrected: replacing bytes would make one id of two',
    (text) => {
      expect(() => queryOf(`a=1&${text}`)).toThrow(/^id: must be percent-encoded UTF-8/);
    },
  );

  test('names a parameter for the log if it can be read', () => {
    expect(firstValue('a=1&id=x%2Fy+z&id=2', 'id')).toBe('x/y z');
    expect(firstValue('a=1&id=%', 'id')).toBeUndefined();
    expect(firstValue('a=id', 'id')).toBeUndefined();
  });
});
