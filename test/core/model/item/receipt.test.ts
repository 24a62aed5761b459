import { expect, test } from 'vitest';
import {
  completionOf,
  earlyReceipt,
  isOver,
  pastRunsOf,
  type Receipt,
} from '../../../../core/model/item/receipt.ts';

const receipt: Receipt = {
  workflow: 'uploads',
  item: 'scan-1',
  attempt: 3,
  revision: 7,
  state: 'completed',
  run: 'r3',
  pastRuns: ['r1', 'r2'],
  registeredAt: '2026-03-01T12:00:00.000Z',
  startedAt: '2026-03-01T12:01:00.000Z',
  deadline: '2026-03-01T12:02:00.000Z',
  completedAt: '2026-03-01T12:01:30.000Z',
  expiresAt: 1,
};

test('a run is over once it was completed or another run replaced it; without a run it never is', () => {
  for (const run of ['r1', 'r2', 'r3']) expect(isOver(receipt, run)).toBe(true);
  for (const run of ['r4', undefined]) expect(isOver(receipt, run)).toBe(false);
  const waiting = { state: 'waiting', run: 'r3', pastRuns: ['r1'] };
  expect(isOver(waiting, 'r3')).toBe(false);
  expect(isOver(waiting, 'r1')).toBe(true);
  expect(isOver({ state: 'completed' }, undefined)).toBe(false);
});

test('an item remembers its last five runs, each once', () => {
  expect(pastRunsOf(receipt)).toEqual(['r1', 'r2', 'r3']);
  expect(pastRunsOf({ state: 'completed' })).toBeUndefined();
  expect(pastRunsOf({ state: 'waiting', pastRuns: ['r1'] })).toEqual(['r1']);
  expect(pastRunsOf({ state: 'waiting', run: 'r1', pastRuns: ['r1', 'r2'] })).toEqual(['r2', 'r1']);
  const many = { state: 'waiting', run: '6', pastRuns: ['1', '2', '3', '4', '5'] };
  expect(pastRunsOf(many)).toEqual(['2', '3', '4', '5', '6']);
});

test('the receipt of an early completion keeps the runs of the receipt before it', () => {
  const ends = { completedAt: '2026-03-01T13:00:00.000Z', expiresAt: 9 };
  const which = { workflow: 'uploads', item: 'scan-1', run: 'r9' };
  expect(earlyReceipt(which, receipt, ends)).toMatchObject({
    attempt: 4,
    revision: 8,
    pastRuns: ['r1', 'r2', 'r3'],
    early: true,
    ...ends,
  });
  const first = earlyReceipt(which, undefined, ends);
  expect(first).toMatchObject({ attempt: 1, revision: 1, pastRuns: undefined });
  expect(completionOf(first, first.completedAt)).toEqual({ outcome: 'early', attempt: 1, tookMs: 0 });
});

test('public report M: a completion is late after the deadline, to the millisecond, and recovered if the item was reported before', () => {
  expect(completionOf(receipt, '2026-03-01T12:02:00.000Z')).toEqual({
    outcome: 'on-time',
    attempt: 3,
    tookMs: 60_000,
  });
  expect(completionOf(receipt, '2026-03-01T12:02:00.001Z')).toMatchObject({ outcome: 'late', lateByMs: 1 });
  const overdue = { ...receipt, breachedAt: receipt.deadline };
  expect(completionOf(overdue, receipt.completedAt)).toMatchObject({ outcome: 'late' });
  const breached = { ...receipt, breachedAt: '2026-03-01T12:01:10.000Z' };
  expect(completionOf(breached, receipt.completedAt)).toEqual({
    outcome: 'recovered',
    attempt: 3,
    tookMs: 30_000,
  });
  // The clock of another instance may be behind.
  expect(completionOf(receipt, '2026-03-01T12:00:59.000Z')).toMatchObject({ tookMs: 0 });
});
