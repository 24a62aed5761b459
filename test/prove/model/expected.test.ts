import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  found,
  instant,
  isNoticed,
  minute,
  notifies,
  registers,
  waiting,
} from './support/planted-ledger.ts';

const workflow = 0;
const expect2 = { expect: { atLeast: 2, every: 90 } };

beforeEach(() => {
  beginLedger();
  asked(0, { ask: 'settings', workflow, settings: expect2 }, expect2);
});

function tells(at: number, change: object = {}): void {
  notifies(at, { id: 'incident-2.1', incident: 'incident-2', kind: 'shortfall', ...change });
}

const shortfall = { atLeast: 2, registered: 0, from: instant(2 * minute), to: instant(4 * minute) };

test('people are told that nothing was registered (P1)', () => {
  expect(found()).toEqual(['P1 missed']);
  tells(5 * minute, { shortfall });
  expect(found()).toEqual([]);
});

test('the end of it does not count if nothing was registered since (P1)', () => {
  tells(3 * minute, { shortfall });
  tells(4 * minute, { id: 'incident-2.resolved', sequence: 2, event: 'resolved' });
  expect(found()).toEqual(['P1 missed']);
});

test('nothing is expected in a silence, or if nobody knows whether the settings hold', () => {
  asked(5_000, { ask: 'silence', workflow, for: 1_200 }, {});
  expect(found()).toEqual([]);
  beginLedger();
  const saved = asked(0, { ask: 'settings', workflow, settings: expect2 }, expect2);
  Object.assign(saved, { reply: undefined, isFaulted: true });
  expect(found()).toEqual([]);
});

test('a silence that begins before the sweep keeps a shortfall to itself until it ends (P1)', () => {
  asked(210_000, { ask: 'silence', workflow, for: 120 }, {});
  expect(found()).toEqual(['P1 missed']);
  tells(6 * minute + 30_000, { shortfall });
  expect(found()).toEqual([]);
});

test('a shortfall in which enough was registered is false (P2)', () => {
  registers();
  isNoticed();
  const register = (at: number, item: number) =>
    asked(
      at,
      { ask: 'register', workflow, item, timeout: 600 },
      { ...waiting, state: 'completed', outcome: 'created' },
      201,
    );
  register(3 * minute, 1);
  tells(5 * minute, { shortfall });
  expect(found()).toEqual([]);
  register(3 * minute + 1_000, 2);
  expect(found()).toEqual(['P2 false']);
});
