import { beforeEach, expect, test } from 'vitest';
import type { ItemRequest } from '../../../prove/history/request.ts';
import {
  asked,
  beginLedger,
  begun,
  found,
  hears,
  isNoticed,
  ledger,
  minute,
  notifies,
  registers,
  waiting,
  where,
} from './support/planted-ledger.ts';

beforeEach(beginLedger);

/** A message that the function has carried out by then. */
function sends(at: number, ...operations: ItemRequest[]): void {
  const sent = asked(at, { ask: 'ingest', workflow: 0, operations }, {});
  Object.assign(sent, { reply: undefined, handledAt: begun + at + 700, end: begun + at + 700 });
}

const register = { ask: 'register' as const, ...where, timeout: 60, run: 1, data: 1 };
const run = { run: 'run-1' };

test('an item that a message has registered must be noticed (P1)', () => {
  sends(0, register);
  expect(new Set(found())).toEqual(new Set(['P1 missed']));
  hears(minute + 1_000, run);
  notifies(minute + 1_200);
  expect(found()).toEqual([]);
});

test('an item that a message has registered must be there, with its data and its deadline (P1, P4, P5)', () => {
  sends(0, register);
  asked(5_000, { ask: 'read', ...where }, { ...waiting, ...run, data: { kept: 'data-1-kept' } });
  isNoticed();
  expect(found()).toEqual([]);
  asked(6_000, { ask: 'read', ...where }, {}, 404);
  asked(7_000, { ask: 'read', ...where }, { ...waiting, ...run, attempt: 2 });
  expect(new Set(found())).toEqual(new Set(['P1 missed', 'P4 wrong', 'P5 lost']));
});

test('nothing is known of a message that was not carried out', () => {
  sends(0, register);
  Object.assign(ledger.asked[0] ?? {}, { handledAt: undefined, end: Number.POSITIVE_INFINITY });
  expect(found()).toEqual([]);
});

test('a repeat of a message does not watch a run that is over (P2)', () => {
  registers({ run: 1 }, run);
  asked(30_000, { ask: 'complete', ...where, run: 1 }, { outcome: 'on-time', attempt: 1, tookMs: 1 });
  sends(40_000, register);
  expect(found()).toEqual([]);
  hears(3 * minute, { ...run, attempt: 2, id: 'event-2' });
  notifies(3 * minute);
  expect(found()).toContain('P2 false');
});

test('a run that a message has completed is not reported (P2)', () => {
  registers({ run: 1 }, run);
  sends(30_000, { ask: 'complete', ...where, run: 1 });
  expect(found()).toEqual([]);
  hears(minute + 1_000, run);
  notifies(minute + 1_200);
  expect(found()).toContain('P2 false');
});

test('the sweep finds an item that a late message has restarted after its deadline, if its timer is lost (P1)', () => {
  sends(0, register);
  Object.assign(ledger.asked[0] ?? {}, { handledAt: begun + 2 * minute, end: begun + 2 * minute });
  asked(2 * minute + 5_000, { ask: 'read', ...where }, { ...waiting, ...run, data: { kept: 'data-1-kept' } });
  hears(5 * minute + 30_000, run);
  notifies(5 * minute + 30_200);
  expect(found()).toEqual([]);
  Object.assign(ledger.published[0] ?? {}, { at: begun + 7 * minute });
  expect(found()).toContain('P1 missed');
});
