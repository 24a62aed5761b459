import { describe, expect, test } from 'vitest';
import { BreachedFilter } from '../../../../core/contract/item-filter.ts';
import { ListQuery } from '../../../../core/contract/item-list.ts';
import {
  filterOfQuery,
  type ItemFilter,
  isInState,
  matchesFilter,
} from '../../../../core/model/item/item-filter.ts';
import { itemRecord } from '../../../support/item-record.ts';

const at = '2026-03-01T12:00:05.000Z';
const steps = [{ step: 'copied', at }];
const failed = itemRecord({
  item: 'scans/4711',
  state: 'failed',
  attempt: 2,
  step: 'copied',
  steps,
  tags: { customer: 'acme:eu', env: 'live', empty: '' },
  progress: 41,
  progressedAt: at,
  stuckAt: at,
  failure: { reason: 'cp: No space left\non /var', type: 'disk-full', at },
});
const waiting = itemRecord();
/** Started again by a redrive: its steps are those of the last attempt. */
const redriven = itemRecord({ attempt: 2, steps, redrive: '0mk3v1x8ch2f6p9d4t7q' });
const neverStarted = itemRecord({ state: 'overdue', overdueAt: at, neverStarted: true });

const cases: Record<keyof BreachedFilter, { fits: ItemFilter[]; fails: ItemFilter[] }> = {
  state: { fits: [{ state: 'failed' }], fails: [{ state: 'overdue' }] },
  states: {
    fits: [{ states: ['overdue', 'failed'] }, { state: 'failed', states: ['failed'] }],
    fails: [{ states: ['overdue', 'waiting'] }, { states: [] }, { state: 'failed', states: ['overdue'] }],
  },
  step: { fits: [{ step: 'copied' }], fails: [{ step: 'copie' }, { step: 'Copied' }] },
  type: { fits: [{ type: 'disk-full' }], fails: [{ type: 'disk' }, { type: 'Disk-full' }] },
  reason: {
    fits: [{ reason: 'No space left' }, { reason: 'left\non' }, { reason: 'cp: No space left\non /var' }],
    fails: [{ reason: 'no space' }, { reason: 'No  space' }, { reason: 'disk-full' }, { reason: 'N.*left' }],
  },
  started: { fits: [{ started: true }], fails: [{ started: false }] },
  stuck: { fits: [{ stuck: true }], fails: [{ stuck: false }] },
  tag: {
    fits: [{ tag: 'customer' }, { tag: 'customer:acme:eu' }, { tag: 'empty' }, { tag: 'empty:' }],
    fails: [{ tag: 'customer:acme' }, { tag: 'customer:' }, { tag: 'toString' }, { tag: 'custom' }],
  },
  tags: {
    fits: [{ tags: ['customer:acme:eu', 'env'] }, { tags: ['env', 'env'] }, { tag: 'env', tags: ['empty'] }],
    fails: [{ tags: ['env:live', 'customer:other'] }, { tag: 'none', tags: ['env'] }],
  },
  ids: { fits: [{ ids: ['other', 'scans/4711'] }], fails: [{ ids: ['scans/471'] }] },
  prefix: { fits: [{ prefix: 'scans/' }], fails: [{ prefix: 'cans/' }] },
  attempt: { fits: [{ attempt: 2 }], fails: [{ attempt: 1 }] },
  dueBefore: {
    fits: [{ dueBefore: '2026-03-01T12:00:10.001Z' }],
    fails: [{ dueBefore: '2026-03-01T12:00:10.000Z' }],
  },
  dueAfter: {
    fits: [{ dueAfter: '2026-03-01T13:00:10+01:00' }],
    fails: [{ dueAfter: '2026-03-01T12:00:10.001Z' }],
  },
  registeredBefore: {
    fits: [{ registeredBefore: '2026-03-01T12:00:00.001Z' }],
    fails: [{ registeredBefore: '2026-03-01T12:00:00.000Z' }],
  },
  registeredAfter: {
    fits: [{ registeredAfter: '2026-03-01T12:00:00.000Z' }],
    fails: [{ registeredAfter: '2026-03-01T12:00:00.001Z' }],
  },
};

describe('an item', () => {
  test('matches a filter without members, whatever it is', () => {
    for (const record of [failed, waiting, redriven, neverStarted]) {
      expect(matchesFilter(record, {})).toBe(true);
    }
  });

  test('is tested by every filter in the contract', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(BreachedFilter.shape).toSorted());
  });

  test.each(Object.entries(cases))('is tested by %s', (_, { fits, fails }) => {
    for (const filter of fits) expect([filter, matchesFilter(failed, filter)]).toEqual([filter, true]);
    for (const filter of fails) expect([filter, matchesFilter(failed, filter)]).toEqual([filter, false]);
  });

  test('must match all of the filters', () => {
    const all = Object.values(cases).map(({ fits }) => fits[0] ?? {});
    expect(matchesFilter(failed, Object.assign({}, ...all))).toBe(true);
    for (const { fails } of Object.values(cases)) {
      expect(matchesFilter(failed, Object.assign({}, ...all, fails[0]))).toBe(false);
    }
  });

  test('that has not failed, or has no type, matches no reason and no type', () => {
    const typeless = { ...failed, failure: { reason: 'undefined', at } };
    expect(matchesFilter(typeless, { type: 'undefined' })).toBe(false);
    expect(matchesFilter(typeless, { reason: 'undefined' })).toBe(true);
    for (const record of [waiting, neverStarted]) {
      expect(matchesFilter(record, { reason: 'e' })).toBe(false);
      expect(matchesFilter(record, { type: 'disk-full' })).toBe(false);
    }
  });

  test('has started once it has reached a step in this attempt; steps of the last attempt do not count', () => {
    for (const [record, started] of [
      [waiting, false],
      [neverStarted, false],
      [redriven, false],
      [{ ...redriven, step: 'copied' }, true],
    ] as const) {
      expect(matchesFilter(record, { started })).toBe(true);
      expect(matchesFilter(record, { started: !started })).toBe(false);
    }
  });
});

test('the states that can match are those in which an item would match', () => {
  const filters: ItemFilter[] = [{}, ...cases.state.fits, ...cases.states.fits, ...cases.states.fails];
  for (const filter of filters) {
    for (const state of ['waiting', 'overdue', 'failed'] as const) {
      expect(isInState(state, filter)).toBe(matchesFilter({ ...failed, state }, filter));
    }
  }
});

describe('the query of a list', () => {
  const paging = ['sort', 'order', 'format', 'limit', 'cursor'];
  const inBodies: Record<string, string> = { state: 'states', tag: 'tags', id: 'ids' };

  test('has the same filters as a redrive and a discard', () => {
    const asked = Object.keys(ListQuery.shape).filter((name) => !paging.includes(name));
    const named = asked.map((name) => inBodies[name] ?? name);
    expect(named.toSorted()).toEqual(
      Object.keys(BreachedFilter.shape)
        .filter((name) => !['state', 'tag'].includes(name))
        .toSorted(),
    );
  });

  test('means the same as a body', () => {
    const query = ListQuery.parse({
      state: ['failed', 'overdue'],
      tag: ['env', 'customer:acme:eu'],
      id: ['scans/4711'],
      started: 'false',
      attempt: '2',
      reason: 'No space',
      type: 'disk-full',
      step: 'copied',
      prefix: 's',
      dueBefore: at,
      sort: 'registration',
      order: 'desc',
      format: 'jsonl',
      limit: '5',
      cursor: 'x',
    });
    expect(filterOfQuery(query)).toEqual({
      states: ['failed', 'overdue'],
      tags: ['env', 'customer:acme:eu'],
      ids: ['scans/4711'],
      started: false,
      attempt: 2,
      reason: 'No space',
      type: 'disk-full',
      step: 'copied',
      prefix: 's',
      dueBefore: at,
    });
    expect(filterOfQuery(ListQuery.parse({ started: 'true' }))).toMatchObject({ started: true });
    expect(filterOfQuery({})).toEqual({});
  });
});
