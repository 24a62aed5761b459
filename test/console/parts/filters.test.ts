import { expect, test } from 'vitest';
import { breachedFilters, filtersOf, lostFilters, queryOf } from '../../../console/parts/filters.ts';

const filters = (query: string) => filtersOf(new URLSearchParams(query));

test('filters of a place have the types of the API, and what it does not know is left out', () => {
  expect(
    filters(
      'state=failed&state=gone&tag=a:1&tag=b&id=x&started=false&attempt=2&reason=full&cursor=c&format=jsonl',
    ),
  ).toEqual({ state: ['failed'], tag: ['a:1', 'b'], id: ['x'], started: false, attempt: 2, reason: 'full' });
  expect(filters('started=perhaps&attempt=two&step=')).toEqual({});
});

test('filters and the query of a place are the same in both directions', () => {
  const given = filters('state=failed&state=overdue&tag=a:1&id=x&id=y&started=true&attempt=2&prefix=a%26b');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOf(given))) {
    for (const one of [value ?? []].flat()) search.append(name, one);
  }
  expect(filtersOf(search)).toEqual(given);
});

test('a redrive has the same filters, unless they choose items that are not lost', () => {
  expect(breachedFilters(filters('state=failed&tag=a:1&id=x&started=false&step=copied'))).toEqual({
    states: ['failed'],
    tags: ['a:1'],
    ids: ['x'],
    started: false,
    step: 'copied',
  });
  expect(breachedFilters(filters('step=copied'))).toEqual({ step: 'copied' });
  expect(breachedFilters(filters('state=failed&state=waiting'))).toBeUndefined();
  expect(breachedFilters(filters('state=completed'))).toBeUndefined();
});

test('what items have in common is looked for among lost items only', () => {
  expect(lostFilters(filters('step=copied'))).toEqual({ state: ['overdue', 'failed'], step: 'copied' });
  expect(lostFilters(filters('state=waiting&state=failed'))).toEqual({ state: ['failed'] });
  expect(lostFilters(filters('state=waiting'))).toBeUndefined();
});
