import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  found,
  hears,
  instant,
  minute,
  notifies,
  waiting,
  where,
} from './support/planted-ledger.ts';

const deadline = instant(10 * minute);

beforeEach(() => {
  beginLedger();
  const request = { ask: 'register' as const, ...where, timeout: 600, data: 1, startBy: 30 };
  asked(0, request, { ...waiting, deadline, outcome: 'created' }, 201);
});

function isOverdue(): void {
  hears(10 * minute + 1_000, { id: 'event-9', deadline });
  notifies(10 * minute + 1_200, { id: 'incident-1.1' });
}

function hearsNotStarted(at: number): void {
  hears(at, { event: 'item.not-started', deadline, at: instant(at), incident: 'incident-2' });
  notifies(at + 200, { id: 'incident-2.1', incident: 'incident-2', kind: 'not-started' });
}

const steps = (at: number) =>
  asked(at, { ask: 'progress', ...where, step: 'copied' }, { ...waiting, deadline });

test('an item that is not started in time is missed if nobody notices (P1)', () => {
  isOverdue();
  expect(found()).toEqual(['P1 missed']);
  hearsNotStarted(31_000);
  expect(found()).toEqual([]);
});

test('an item that reports a step in time is not noticed, and may be so after that (P2)', () => {
  isOverdue();
  steps(25_000);
  expect(found()).toEqual([]);
  hearsNotStarted(31_000);
  expect(found()).toEqual(['P2 false']);
});

test('an item is not noticed before its startBy, nor without one (P2)', () => {
  isOverdue();
  hearsNotStarted(10_000);
  expect(found()).toEqual(['P2 false']);
  beginLedger();
  asked(0, { ask: 'register', ...where, timeout: 600 }, { ...waiting, deadline, outcome: 'created' }, 201);
  isOverdue();
  hearsNotStarted(31_000);
  expect(found()).toEqual(['P2 false']);
});

test('people need not be notified that an overdue item was not started, but that it is overdue (P3)', () => {
  hears(10 * minute + 900, { event: 'item.not-started', deadline, incident: 'incident-2' });
  hears(10 * minute + 1_000, { id: 'event-9', deadline });
  expect(found()).toEqual(['P3 missed', 'P3 missed', 'P1 missed']);
  notifies(10 * minute + 1_200, { id: 'incident-1.1' });
  expect(found()).toEqual(['P1 missed']);
});
