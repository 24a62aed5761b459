import type { Request } from '../../../../prove/history/request.ts';
import { type Asked, Ledger } from '../../../../prove/ledger.ts';
import { check } from '../../../../prove/model/check.ts';

/* A ledger that tests write themselves, in which each minute a sweep runs and comes to its end. */

export const begun = Date.parse('2026-03-01T12:00:00.000Z');
export const minute = 60_000;
export const instant = (at: number) => new Date(begun + at).toISOString();

export let ledger: Ledger;

export function beginLedger(): void {
  ledger = new Ledger(begun);
  ledger.endedAt = begun + 20 * minute;
  for (let at = begun; at < ledger.endedAt; at += minute)
    ledger.ran.push({ name: 'sweep', at, end: at + 100, isWhole: true, isFaulted: false, error: undefined });
}

export function asked(at: number, request: Request, json: object, status = 200): Asked {
  const one = {
    number: ledger.asked.length,
    request,
    at: begun + at,
    end: begun + at + 50,
    reply: { status, json },
    isFaulted: false,
  };
  ledger.asked.push(one);
  return one;
}

export const where = { workflow: 0, item: 0 };
export const waiting = { state: 'waiting', attempt: 1, startedAt: instant(0), deadline: instant(minute) };

/** For a minute, with data. `shown`: what its reply shows besides. */
export function registers(change: object = {}, shown: object = {}): Asked {
  const request = { ask: 'register' as const, ...where, timeout: 60, data: 1, ...change };
  return asked(0, request, { ...waiting, ...shown, outcome: 'created' }, 201);
}

/** Machines are told that it is overdue, or else what `change` says. */
export function hears(at: number, change: object = {}): void {
  const event = {
    id: 'event-1',
    event: 'item.overdue' as const,
    workflow: 'workflow-0',
    item: 'item-0',
    attempt: 1,
    at: instant(at),
    deadline: instant(minute),
    startedAt: instant(0),
    tags: {},
    incident: 'incident-1',
    ...change,
  };
  ledger.published.push({ topic: 'machines', at: begun + at, since: begun + at - 100, message: event });
}

/** People are told of the incident. */
export function notifies(at: number, change: object = {}): void {
  const message = {
    id: 'incident-1.1',
    sequence: 1,
    event: 'opened',
    kind: 'overdue',
    incident: 'incident-1',
    workflow: 'workflow-0',
    counts: { overdue: 1, failed: 0 },
    ...change,
  };
  ledger.published.push({
    topic: 'people',
    at: begun + at,
    since: begun + at - 100,
    message: message as never,
  });
}

/** The item is overdue after its minute, and everybody is told. */
export function isNoticed(): void {
  hears(minute + 1_000);
  notifies(minute + 1_200);
}

export const found = () => check(ledger).map(({ promise, kind }) => `${promise} ${kind}`);
