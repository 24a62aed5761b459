import { expect, test } from 'vitest';
import { notDelivered } from '../../../../core/model/item/failed.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { plannedFor } from '../../../../core/model/redrive/planned-for.ts';
import { itemRecord } from '../../../support/item-record.ts';

const at = '2026-03-01T12:00:05.000Z';
const redrive = { id: 'redrive-1', filter: {}, endedBy: '2026-03-01T12:00:00.000Z' };
/** Its deadline has passed again, in the attempt that the redrive started. */
const overdue = itemRecord({
  state: 'overdue',
  attempt: 2,
  redrive: redrive.id,
  deadlineSetAt: '2026-03-01T12:00:00.000Z',
  breachedAt: '2026-03-01T12:00:10.000Z',
});

test('an attempt whose message the upstream service has accepted is resumed when its page is repeated (P4)', () => {
  expect(plannedFor({ ...overdue, taken: true }, redrive, true)).toBe('resumed');
  expect(plannedFor({ ...overdue, taken: true, step: 'copied' }, redrive, true)).toBe('resumed');
});

test.each<[string, Partial<ItemRecord>]>([
  ['a failure', { state: 'failed', failure: { reason: 'disk full', at } }],
  ['a step', { step: 'copied' }],
  ['progress', { progress: 41 }],
  ['a later deadline', { deadlineSetAt: at }],
  ['a step, and whose message is not accepted yet', { step: 'copied', taken: false }],
])(
  'an attempt that has %s is published again when its page is repeated: the report may be of the attempt before (P1, P4)',
  (_, reported) => {
    expect(plannedFor({ ...overdue, ...reported }, redrive, true)).toBe('publish');
  },
);

test.each<[string, Partial<ItemRecord>]>([
  ['overdue', {}],
  ['overdue, with a step of the attempt before', { steps: [{ step: 'copied', at, attempt: 1 }] }],
  ['overdue, with a message that is not accepted yet', { taken: false }],
])(
  'an attempt that is %s starts again when its page is repeated: its message may not exist (P1)',
  (_, seen) => {
    expect(plannedFor({ ...overdue, ...seen }, redrive, true)).toBe('start');
  },
);

test('the last attempt that an automatic redrive allows is published again when its page is repeated (P1, P4)', () => {
  const automatic = (attemptAtMost: number) => ({ ...redrive, filter: { attemptAtMost } });
  expect(plannedFor(overdue, automatic(1), true)).toBe('publish');
  expect(plannedFor(overdue, automatic(2), true)).toBe('start');
});

test('an attempt whose message SNS rejected is rejected when its page is repeated (P4)', () => {
  const rejected = { ...overdue, state: 'failed' as const, failure: { ...notDelivered, at } };
  expect(plannedFor(rejected, redrive, true)).toBe('rejected');
});

test('an attempt that is being worked on is published again if this redrive started it, and skipped otherwise', () => {
  expect(plannedFor({ ...overdue, state: 'waiting' }, redrive, true)).toBe('publish');
  expect(plannedFor({ ...overdue, state: 'waiting', redrive: 'redrive-2' }, redrive, true)).toBe('skip');
});

test('only an item that was breached at the request is started', () => {
  const before = { ...overdue, redrive: undefined, breachedAt: redrive.endedBy };
  expect(plannedFor(before, redrive, false)).toBe('start');
  expect(plannedFor({ ...before, breachedAt: at }, redrive, false)).toBe('skip');
  expect(plannedFor(overdue, redrive, false)).toBe('skip');
});
