import { expect, test } from 'vitest';
import { breachedFilters, filtersOf, leftOut, lostFilters, queryOf } from '../../../console/parts/filters.ts';
import { itemsOfIncident } from '../../../core/contract/incident-items.ts';
import { BreachedFilter } from '../../../core/contract/item-filter.ts';
import { ListQuery } from '../../../core/contract/item-list.ts';

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

/** A value of each filter that a list has. A new filter needs one, and the console has to know it. */
const examples: Record<Exclude<keyof ListQuery, keyof typeof ofPages>, string> = {
  state: 'failed',
  tag: 'region:eu',
  started: 'false',
  stuck: 'true',
  step: 'copied',
  type: 'disk-full',
  reason: 'No space',
  prefix: 'scan-',
  attempt: '2',
  dueBefore: '2026-03-01T12:00:00.000Z',
  dueAfter: '2026-03-01T11:00:00.000Z',
  registeredBefore: '2026-03-01T12:00:00.000Z',
  registeredAfter: '2026-03-01T11:00:00.000Z',
  id: 'scan-1',
  sort: 'deadline',
  order: 'desc',
};
/** What the console gives itself: pages of its own size and form. */
const ofPages = { limit: '10', format: 'jsonl', cursor: 'c' };

test('every filter and order that the list of the API has is known, and the same in both directions', () => {
  expect(Object.keys({ ...examples, ...ofPages }).sort()).toEqual(Object.keys(ListQuery.shape).sort());
  const query = new URLSearchParams({ ...examples, ...ofPages });
  expect(Object.keys(filtersOf(query)).sort()).toEqual(Object.keys(examples).sort());
  expect(queryOf(filtersOf(query))).toEqual({
    ...examples,
    state: ['failed'],
    tag: ['region:eu'],
    id: ['scan-1'],
  });
  expect(leftOut(query)).toEqual([]);
});

test('what a link asks for and the page does not know is named', () => {
  const query = new URLSearchParams('state=failed&state=gone&started=perhaps&since=yesterday&step=&order=up');
  expect(leftOut(query)).toEqual(['state=gone', 'started=perhaps', 'since=yesterday', 'order=up']);
});

test('a redrive has every filter of the list but its order', () => {
  const { sort, order, ...alike } = examples;
  const body = breachedFilters(filtersOf(new URLSearchParams(alike))) ?? {};
  const single = ['state', 'tag'];
  expect(Object.keys(body).sort()).toEqual(
    Object.keys(BreachedFilter.shape)
      .filter((name) => !single.includes(name))
      .sort(),
  );
  expect(BreachedFilter.parse(body)).toEqual(body);
  expect(breachedFilters(filtersOf(new URLSearchParams(examples)))).toEqual(body);
});

test('a page of an incident of stuck or late items links to what waits, and resumes nothing', () => {
  for (const kind of ['stuck', 'warning'] as const) {
    const items = itemsOfIncident(kind) ?? {};
    expect(items.state).toEqual(['waiting']);
    expect(breachedFilters(items)).toBeUndefined();
    expect(lostFilters(items)).toBeUndefined();
  }
  expect(breachedFilters(itemsOfIncident('not-started') ?? {})).toEqual({
    states: ['overdue'],
    started: false,
  });
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
  // An order of waiting items would be refused for lost ones.
  expect(lostFilters(filters('sort=deadline&order=desc'))).toEqual({ state: ['overdue', 'failed'] });
});
