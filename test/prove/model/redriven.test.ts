import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  begun,
  found,
  hears,
  instant,
  isNoticed,
  ledger,
  minute,
  notifies,
  registers,
  waiting,
  where,
} from './support/planted-ledger.ts';

const workflow = 0;

beforeEach(() => {
  beginLedger();
  registers();
  isNoticed();
});

function resumes(at: number, change: object = {}): void {
  const message = {
    redrive: 'redrive-1',
    workflow: 'workflow-0',
    item: 'item-0',
    attempt: 2,
    deadline: instant(30 * minute),
    data: { kept: 'data-1-kept' },
    ...change,
  };
  ledger.published.push({
    topic: 'upstream',
    at: begun + at,
    since: begun + at - 100,
    message: message as never,
  });
}

function starts(at: number): void {
  asked(at, { ask: 'redrive', workflow }, { id: 'redrive-1' }, 202);
}
const changes = (at: number, action: 'pause' | 'continue' | 'abort', state: string) =>
  asked(
    at,
    { ask: 'change redrive', workflow, action },
    { id: 'redrive-1', state, startedAt: instant(2 * minute) },
  );
const ran = (at: number, change: object = {}) =>
  ledger.ran.push({
    name: 'run-redrives',
    at: begun + at,
    end: begun + at + 100,
    isWhole: true,
    isFaulted: false,
    error: undefined,
    ...change,
  });

test('a redrive that was aborted resumes nothing (P4)', () => {
  starts(2 * minute);
  changes(2 * minute + 1_000, 'abort', 'aborted');
  expect(found()).toEqual([]);
  resumes(3 * minute);
  expect(found()).toEqual(['P4 wrong']);
});

test('a redrive that was aborted finishes what it began', () => {
  starts(2 * minute);
  ran(2 * minute + 500, { isWhole: false, isFaulted: true });
  changes(2 * minute + 1_000, 'abort', 'aborted');
  resumes(3 * minute);
  expect(found()).toEqual([]);
});

test('a redrive that was paused resumes nothing until it is continued (P4)', () => {
  starts(2 * minute);
  ran(2 * minute + 500);
  changes(2 * minute + 1_000, 'pause', 'paused');
  changes(4 * minute, 'continue', 'running');
  resumes(5 * minute);
  expect(found()).toEqual([]);
  resumes(3 * minute);
  expect(found()).toEqual(['P4 wrong']);
});

test('an item is resumed by itself only so often, only after its time, and only if somebody wants it (P4)', () => {
  const automatic = { max: 1, after: 20 };
  const json = { idempotent: true, redrive: { automatic } };
  asked(0, { ask: 'settings', workflow, settings: { automatic } }, json);
  resumes(2 * minute);
  expect(found()).toEqual([]);
  resumes(minute + 5_000);
  expect(found()).toEqual(['P4 wrong']);
  ledger.published.pop();
  ledger.asked.pop();
  resumes(2 * minute);
  expect(found()).toEqual(['P4 wrong', 'P4 wrong']);
});

test('an item is not resumed by itself more often than is allowed (P4)', () => {
  const automatic = { max: 1, after: 20 };
  const json = { idempotent: true, redrive: { automatic } };
  asked(0, { ask: 'settings', workflow, settings: { automatic } }, json);
  resumes(2 * minute);
  resumes(10 * minute, { redrive: 'redrive-2', attempt: 3 });
  expect(found()).toEqual(['P3 wrong', 'P4 wrong']);
});

test('an overdue item that fails waits no longer for its redrive; one that was not started in time waits anew (P4)', () => {
  const automatic = { max: 1, after: 60 };
  const json = { idempotent: true, redrive: { automatic } };
  asked(0, { ask: 'settings', workflow, settings: { automatic } }, json);
  const failure = { reason: 'not enough space', at: instant(2 * minute) };
  const failed = { id: 'event-2', event: 'item.failed' as const, caughtBy: 'timer' as const, failure };
  hears(2 * minute, failed);
  resumes(2 * minute + 20_000);
  expect(found()).toEqual([]);
  for (const at of [0, 2])
    Object.assign(ledger.published[at]?.message ?? {}, {
      neverStarted: true,
      event: at === 0 ? 'item.not-started' : 'item.failed',
    });
  expect(found()).toContain('P4 wrong');
});

test('a breach of a later life is not the one before the redrive', () => {
  const automatic = { max: 1, after: 20 };
  const json = { idempotent: true, redrive: { automatic } };
  asked(0, { ask: 'settings', workflow, settings: { automatic } }, json);
  resumes(2 * minute);
  asked(3 * minute, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 2, tookMs: 60_000 });
  const later = { startedAt: instant(4 * minute), deadline: instant(5 * minute) };
  asked(
    4 * minute,
    { ask: 'register', ...where, timeout: 60, data: 1 },
    { ...waiting, ...later, outcome: 'created' },
    201,
  );
  const event = { id: 'event-2', ...later, incident: 'incident-2' };
  hears(5 * minute + 1_000, event);
  notifies(5 * minute + 1_200, { id: 'incident-2.1', incident: 'incident-2' });
  expect(found()).toEqual([]);
});

test('a redrive starts another attempt of an item only if nothing was reported in the one that it started (P4)', () => {
  const again = { id: 'event-2', attempt: 2, deadline: instant(3 * minute), startedAt: instant(2 * minute) };
  starts(2 * minute);
  resumes(2 * minute + 500, { deadline: instant(3 * minute) });
  hears(3 * minute + 1_000, again);
  resumes(5 * minute, { attempt: 3 });
  expect(found()).toEqual([]);
  hears(3 * minute + 1_000, { ...again, step: 'copied' });
  expect(found()).toEqual(['P4 wrong']);
  ledger.published.pop();
  const failure = { reason: 'not enough space', at: instant(3 * minute) };
  hears(3 * minute + 2_000, { ...again, id: 'event-3', event: 'item.failed', failure });
  expect(found()).toEqual(['P4 wrong']);
});
