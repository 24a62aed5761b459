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

/** Who is warned of after half a minute. */
function registersWatched(change: object): void {
  const request = { ask: 'register' as const, ...where, timeout: 600, data: 1, ...change };
  asked(0, request, { ...waiting, deadline, outcome: 'created' }, 201);
}

function isOverdue(): void {
  hears(10 * minute + 1_000, { id: 'event-9', deadline });
  notifies(10 * minute + 1_200);
}

function hearsWarning(at: number, change: object = {}): void {
  hears(at, {
    id: `warning-${at}`,
    event: 'item.warned',
    incident: 'incident-2',
    deadline,
    at: instant(at),
    ...change,
  });
}

beforeEach(() => {
  beginLedger();
  registersWatched({ warnAfter: 30 });
  isOverdue();
});

test('an item that people are warned of in time breaks nothing', () => {
  hearsWarning(31_000);
  notifies(31_200, { id: 'incident-2.1', incident: 'incident-2', kind: 'warning' });
  expect(found()).toEqual([]);
});

test('an item that nobody is warned of is missed (P1), and so is an incident of warnings that nobody is told of (P3)', () => {
  expect(found()).toEqual(['P1 missed']);
  hearsWarning(31_000);
  expect(found()).toEqual(['P3 missed']);
});

test('a warning too early, after the deadline or after a new deadline is false (P2)', () => {
  notifies(31_200, { id: 'incident-2.1', incident: 'incident-2', kind: 'warning' });
  hearsWarning(31_000);
  asked(5 * minute, { ask: 'progress', ...where, timeout: 300 }, { ...waiting, deadline });
  asked(5 * minute, { ask: 'progress', ...where, timeout: 300 }, { ...waiting, deadline });
  hearsWarning(5 * minute + 31_000);
  expect(found()).toEqual([]);
  hearsWarning(5 * minute + 10_000);
  expect(found()).toEqual(['P2 false']);
});

test('an item that nobody wanted to be warned of, or that is past its deadline, is not warned of (P2)', () => {
  beginLedger();
  registersWatched({});
  isOverdue();
  notifies(31_200, { id: 'incident-2.1', incident: 'incident-2', kind: 'warning' });
  hearsWarning(31_000);
  expect(found()).toEqual(['P2 false']);
  beginLedger();
  registersWatched({ warnAfter: 30 });
  isOverdue();
  notifies(31_200, { id: 'incident-2.1', incident: 'incident-2', kind: 'warning' });
  hearsWarning(31_000);
  hearsWarning(31_000, { at: instant(31_000) });
  expect(found()).toEqual([]);
  hearsWarning(11 * minute, { id: 'warning-31000' });
  expect(found()).toEqual([]);
  hearsWarning(11 * minute, { id: 'other' });
  expect(found()).toEqual(['P2 false', 'P3 doubled']);
});

test('a second warning of the same deadline is doubled (P3)', () => {
  notifies(31_200, { id: 'incident-2.1', incident: 'incident-2', kind: 'warning' });
  hearsWarning(31_000);
  hearsWarning(70_000);
  expect(found()).toEqual(['P3 doubled']);
});
