import { beforeEach, expect, test } from 'vitest';
import type { Request } from '../../prove/history/request.ts';
import {
  asked,
  beginLedger,
  begun,
  found,
  hears,
  instant,
  ledger,
  minute,
  notifies,
  registers,
  waiting,
  where,
} from './model/support/planted-ledger.ts';

/* The model is silent about a ledger that keeps the promises, and names the promise that another one breaks. */

beforeEach(beginLedger);

test('an overdue item that is reported and notified breaks nothing', () => {
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  expect(found()).toEqual([]);
});

test('an overdue item that nobody hears of is missed (P1)', () => {
  registers();
  expect(new Set(found())).toEqual(new Set(['P1 missed']));
});

test('an item that may have been completed is no miss', () => {
  registers();
  Object.assign(asked(1_000, { ask: 'complete', ...where }, {}), { reply: undefined, isFaulted: true });
  expect(found()).toEqual([]);
});

test('an item that is reported and of whose incident nobody is notified is missed (P3)', () => {
  registers();
  hears(minute + 1_000);
  expect(found()).toEqual(['P3 missed']);
});

test('a report before the deadline is a false alarm (P2)', () => {
  registers();
  hears(minute - 10_000);
  notifies(minute - 9_000);
  expect(found()).toContain('P2 false');
});

test('a report of an item that was completed on time is a false alarm (P2)', () => {
  registers();
  asked(30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1 });
  hears(minute + 1_000);
  notifies(minute + 1_200);
  expect(found()).toContain('P2 false');
});

test('a report of a deadline that was put off is a false alarm (P2)', () => {
  registers();
  const deadline = instant(5 * minute);
  asked(30_000, { ask: 'progress', ...where, timeout: 270 }, { ...waiting, deadline });
  hears(minute + 1_000);
  notifies(minute + 1_200);
  expect(found()).toContain('P2 false');
});

test('a second beginning of an incident is doubled, and a missing number is missed (P3)', () => {
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  notifies(4 * minute, { id: 'incident-1.3', sequence: 3 });
  expect(found()).toEqual(['P3 doubled', 'P3 missed']);
});

test('an item that is gone, or has other data, is lost (P5)', () => {
  registers();
  asked(1_000, { ask: 'read', ...where }, { ...waiting, data: { kept: 'data-2-kept' } });
  asked(2_000, { ask: 'read', ...where }, {}, 404);
  hears(minute + 1_000);
  notifies(minute + 1_200);
  expect(found()).toEqual(['P5 lost', 'P5 lost']);
});

test('a late repeat of a step does not bring back its deadline, unless its clock dated it before the attempt (P4)', () => {
  const copied = { ask: 'progress' as const, ...where, step: 'copied', timeout: 60 };
  const shown = { ...waiting, steps: [{ step: 'copied', at: instant(5_000) }], deadline: instant(65_000) };
  const far = { ...waiting, deadline: instant(5 * minute) };
  registers();
  const first = asked(5_000, copied, shown);
  asked(10_000, { ...copied, step: 'checked', timeout: 290 }, far);
  asked(20_000, copied, { ...shown, ...far });
  asked(30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 2, tookMs: 30_000 });
  expect(found()).toEqual([]);
  Object.assign(ledger.asked[3]?.reply?.json ?? {}, { deadline: instant(80_000) });
  expect(found()).toEqual(['P4 wrong']);
  Object.assign(first.reply?.json ?? {}, { steps: [{ step: 'copied', at: instant(-1_000) }] });
  expect(found()).toEqual([]);
});

test('a repeat of the current step may set an earlier deadline', () => {
  const copied = { ask: 'progress' as const, ...where, step: 'copied', timeout: 60 };
  const steps = ['checked', 'copied'].map((step) => ({ step, at: instant(5_000) }));
  const shown = { ...waiting, step: 'copied', steps, deadline: instant(65_000) };
  registers();
  asked(5_000, copied, shown);
  asked(10_000, { ...copied, step: 'checked', timeout: 290 }, { ...shown, deadline: instant(5 * minute) });
  asked(20_000, copied, { ...shown, deadline: instant(80_000) });
  asked(30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1, tookMs: 30_000 });
  expect(found()).toEqual([]);
});

test('a repeated completion with another reply is wrong (P4)', () => {
  registers();
  asked(30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1, tookMs: 1 });
  asked(40_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1, tookMs: 2 });
  expect(found()).toEqual(['P4 wrong']);
});

test('an update too soon, a failure of its own and data in a log are wrong (P6, P7, P9)', () => {
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  notifies(minute + 5_000, { id: 'incident-1.2', sequence: 2, event: 'updated' });
  Object.assign(asked(9 * minute, { ask: 'read', workflow: 0, item: 1 }, {}, 500));
  ledger.logged.push('{"data":"data-1-kept"}');
  expect(found()).toEqual(['P6 wrong', 'P7 wrong', 'P9 wrong']);
});

test('an update is not too soon if only the one before came late', () => {
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  notifies(3 * minute, { id: 'incident-1.2', sequence: 2, event: 'updated' });
  const [before] = ledger.published.filter(({ topic }) => topic === 'people');
  Object.assign(before ?? {}, { at: begun + 2 * minute + 30_000 });
  expect(found()).toEqual([]);
});

test('a run that another one has replaced is over, and its repeat may be answered with the other one (P2)', () => {
  const register = { ask: 'register' as const, ...where, timeout: 60 };
  const next = { ...waiting, attempt: 2, startedAt: instant(30_000), run: 'run-1' };
  asked(0, { ...register, run: 2 }, { ...waiting, outcome: 'created', run: 'run-2' }, 201);
  asked(30_000, { ...register, run: 1, restart: true }, { ...next, outcome: 'restarted' });
  Object.assign(asked(40_000, { ...register, run: 2, restart: true }, { ...next, outcome: 'completed' }), {
    isFaulted: true,
  });
  asked(50_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 2, tookMs: 1 });
  expect(found()).toEqual([]);
  const again = { ...waiting, attempt: 3, startedAt: instant(41_000), run: 'run-2', outcome: 'restarted' };
  asked(41_000, { ...register, run: 2, restart: true }, again);
  expect(found()).toContain('P2 wrong');
});

test('what a redrive publishes is neither completed before nor begun by a request (P4)', () => {
  const message = { workflow: 'workflow-0', item: 'item-0', attempt: 2, deadline: instant(4 * minute) };
  const resumes = () =>
    ledger.published.push({
      topic: 'upstream',
      at: begun + 3 * minute,
      since: begun + 3 * minute - 100,
      message: { ...message, redrive: 'redrive-1', data: { kept: 'data-1-kept' } } as never,
    });
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  asked(2 * minute, { ask: 'redrive', workflow: 0 }, { id: 'redrive-1' }, 202);
  resumes();
  asked(3 * minute + 30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 2, tookMs: 1 });
  notifies(6 * minute, { id: 'incident-1.resolved', sequence: 2, event: 'resolved' });
  expect(found()).toEqual([]);
  asked(3 * minute - 50, { ask: 'complete', ...where }, { outcome: 'late', attempt: 1, tookMs: 2 });
  expect(found()).toEqual(['P4 wrong']);
});

test('an incident does not end right after a report (P6)', () => {
  registers();
  hears(minute + 1_000);
  notifies(minute + 1_200);
  asked(minute + 2_000, { ask: 'complete', ...where }, { outcome: 'late', attempt: 1, tookMs: 62_000 });
  notifies(minute + 45_000, { id: 'incident-1.resolved', sequence: 2, event: 'resolved' });
  expect(found()).toEqual([]);
  Object.assign(ledger.published.at(-1) ?? {}, { at: begun + minute + 15_000 });
  expect(found()).toEqual(['P6 wrong']);
});

const still = { progress: 1, progressedAt: instant(10_000) };

function registersAndStands(change: object = {}): void {
  const deadline = instant(10 * minute);
  const request: Request = { ask: 'register', ...where, timeout: 600, stuckAfter: 30, data: 1, ...change };
  asked(0, request, { ...waiting, deadline, outcome: 'created' }, 201);
  asked(10_000, { ask: 'progress', ...where, progress: 1 }, { ...waiting, ...still, deadline });
}

const isStuck = {
  event: 'item.stuck' as const,
  ...still,
  deadline: instant(10 * minute),
  incident: 'incident-2',
};
const notifiesOfStuck = (at: number) =>
  notifies(at, { id: 'incident-2.1', incident: 'incident-2', kind: 'stuck' });

test('an item that stands still is warned of in time (P1)', () => {
  registersAndStands();
  hears(10 * minute + 2_000, { id: 'event-2', deadline: instant(10 * minute) });
  notifies(10 * minute + 2_200);
  expect(found()).toEqual(['P1 missed']);
  hears(41_000, isStuck);
  expect(found()).toEqual(['P3 missed']);
  notifiesOfStuck(41_200);
  expect(found()).toEqual([]);
});

test('an item that people know was not started in time is not warned of as well', () => {
  registersAndStands({ startBy: 25 });
  const deadline = instant(10 * minute);
  hears(30_000, { event: 'item.not-started', deadline });
  notifies(31_000);
  hears(10 * minute + 2_000, { id: 'event-2', deadline });
  expect(found()).toEqual([]);
});

test('an item that moves, or was never said to stand, is not stuck (P2)', () => {
  registersAndStands();
  notifiesOfStuck(42_000);
  const later = { progress: 2, progressedAt: instant(35_000), deadline: instant(10 * minute) };
  asked(35_000, { ask: 'progress', ...where, progress: 2 }, { ...waiting, ...later });
  asked(9 * minute, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1, tookMs: 1 });
  hears(minute, { ...isStuck, ...later, at: instant(minute) });
  hears(70_000, { ...isStuck, ...later, id: 'event-2' });
  expect(found()).toEqual([]);
  hears(41_000, { ...isStuck, id: 'event-3' });
  hears(80_000, { ...isStuck, ...later, id: 'event-4', progress: 3 });
  hears(44_000, { ...isStuck, ...later, id: 'event-5' });
  expect(found()).toEqual(['P2 false', 'P2 false', 'P2 false']);
});

test('an earlier movement whose clock is ahead does not make a later one false', () => {
  registersAndStands();
  hears(42_000, { ...isStuck, progress: 2, progressedAt: instant(11_000) });
  notifiesOfStuck(42_200);
  const deadline = instant(10 * minute);
  const ahead = { ...still, progressedAt: instant(15_000), deadline };
  asked(10_500, { ask: 'progress', ...where, progress: 1 }, { ...waiting, ...ahead });
  const behind = { progress: 2, progressedAt: instant(11_000), deadline };
  asked(11_000, { ask: 'progress', ...where, progress: 2 }, { ...waiting, ...behind });
  hears(10 * minute + 2_000, { id: 'event-2', deadline });
  notifies(10 * minute + 2_200);
  expect(found()).toEqual([]);
});

test('how long an item may stand still is what its own attempt was registered with (P2)', () => {
  const before = { ...waiting, attempt: 2, startedAt: instant(-minute), deadline: instant(0) };
  const request: Request = { ask: 'register', ...where, timeout: 60, stuckAfter: 20 };
  asked(-minute, request, { ...before, outcome: 'created' }, 201);
  asked(-30_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 2, tookMs: 30_000 });
  registersAndStands({ stuckAfter: undefined });
  hears(10 * minute + 2_000, { deadline: instant(10 * minute) });
  notifies(10 * minute + 2_200);
  notifiesOfStuck(41_200);
  hears(41_000, { ...isStuck, id: 'event-2' });
  expect(found()).toEqual(['P2 false']);
});
