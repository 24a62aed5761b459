import { expect, test } from 'vitest';
import { addTo, noFigures, quantile } from '../../prove/figures.ts';
import type { Request } from '../../prove/history/request.ts';
import { type Asked, Ledger } from '../../prove/ledger.ts';

const begun = Date.parse('2026-03-01T12:00:00.000Z');
const instant = (at: number) => new Date(begun + at).toISOString();

function asked(number: number, request: Request): Asked {
  return { number, request, at: begun, end: begun + 50, reply: { status: 200, json: {} }, isFaulted: false };
}

function overdue(item: string, at: number, change: object = {}) {
  const event = {
    id: `event of ${item}`,
    event: 'item.overdue' as const,
    workflow: 'workflow-0',
    item,
    attempt: 1,
    at: instant(at),
    deadline: instant(60_000),
    startedAt: instant(0),
    tags: {},
    ...change,
  };
  return { topic: 'machines' as const, at: begun + at, since: begun + at, message: event };
}

function notified(id: string, incident: string, change: object = {}) {
  const message = { id, incident, event: 'opened', workflow: 'workflow-0', ...change };
  return { topic: 'people' as const, at: begun, since: begun, message: message as never };
}

test('items are counted once, whether they come alone, in a batch or in a storm', () => {
  const figures = noFigures();
  const ledger = new Ledger(begun);
  const register = { ask: 'register' as const, workflow: 0, timeout: 60 };
  ledger.asked.push(
    asked(0, { ...register, item: 0 }),
    asked(1, { ask: 'complete', workflow: 0, item: 0 }),
    asked(2, {
      ask: 'batch',
      workflow: 0,
      operations: [
        { ...register, item: 0 },
        { ...register, item: 1 },
      ],
    }),
    asked(3, { ask: 'batch', workflow: 10, operations: [{ ...register, workflow: 10, item: 0 }] }),
    asked(4, { ask: 'reconcile', workflow: 0, items: [7] }),
  );
  addTo(figures, ledger, []);
  expect(figures).toMatchObject({ histories: 1, items: 3, requests: 5 });
  addTo(figures, ledger, []);
  expect(figures).toMatchObject({ histories: 2, items: 6, requests: 10 });
});

test('faults, calls and broken promises of histories are added up', () => {
  const figures = noFigures();
  const ledger = new Ledger(begun);
  ledger.calls = 7;
  ledger.count('outage');
  ledger.count('outage');
  ledger.count('timer never');
  addTo(figures, ledger, [{ promise: 'P1', kind: 'missed', text: '' }]);
  addTo(figures, ledger, []);
  expect(figures).toMatchObject({
    calls: 14,
    faults: { outage: 4, 'timer never': 2 },
    broken: { missed: 1, false: 0, doubled: 0, lost: 0, wrong: 0 },
  });
});

test('the delay of an item counts once, and among the calm ones only if nothing was made to go wrong', () => {
  const figures = noFigures();
  const ledger = new Ledger(begun);
  ledger.timers.push({ workflow: 'workflow-0', items: ['item-1'], at: begun + 60_000, fires: 'late' });
  ledger.published.push(
    overdue('item-0', 61_000),
    overdue('item-0', 95_000),
    overdue('item-1', 90_000),
    overdue('item-2', 70_000, { id: 'not-started', event: 'item.not-started' }),
    overdue('item-2', 80_000),
  );
  addTo(figures, ledger, []);
  expect(figures).toMatchObject({ overdue: 3, delays: [1_000, 30_000, 20_000], calmDelays: [1_000] });
});

test('a repeated notification is a repeat, and those in a digest count for their incidents', () => {
  const figures = noFigures();
  const ledger = new Ledger(begun);
  ledger.published.push(
    notified('a.1', 'a'),
    notified('a.1', 'a'),
    notified('a.2', 'a'),
    notified('digest-1', '', {
      event: 'digest',
      incidents: [
        { incident: 'a', notification: 'a.3' },
        { incident: 'b', notification: 'b.1' },
      ],
    }),
  );
  addTo(figures, ledger, []);
  expect(figures).toMatchObject({ incidents: 2, notifications: 4, mostNotifications: 3, repeats: 1 });
});

test('a quantile is a number that was measured', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 0.991, 1].map((share) => quantile(sorted, share))).toEqual([1, 50, 99, 100, 100]);
  expect(quantile([7], 0.5)).toBe(7);
  expect(quantile([], 0.99)).toBe(0);
});
