import { beforeEach, expect, test } from 'vitest';
import {
  asked,
  beginLedger,
  begun,
  found,
  isNoticed,
  minute,
  registers,
  waiting,
  where,
} from './support/planted-ledger.ts';

beforeEach(() => {
  beginLedger();
  registers();
  isNoticed();
});

const data = { kept: 'data-1-kept' };
const shown = { item: 'item-0', ...waiting };

function walks(at: number, format: 'json' | 'jsonl', ...pages: object[][]): void {
  const json = {
    pages: pages.map((items, page) => ({
      at: begun + at + 100 * page,
      end: begun + at + 100 * page + 50,
      items,
    })),
  };
  const end = begun + at + 100 * pages.length;
  Object.assign(asked(at, { ask: 'walk', workflow: 0, format, limit: 1 }, json), { end });
}

test('a walk that shows an item once, with its data, breaks nothing', () => {
  walks(10_000, 'json', [shown], []);
  walks(20_000, 'jsonl', [], [{ ...shown, data }]);
  expect(found()).toEqual([]);
});

test('an item that is twice in a walk is doubled, and one that is left out is lost (P5)', () => {
  walks(10_000, 'json', [shown], [shown]);
  walks(20_000, 'jsonl', []);
  expect(found()).toEqual(['P5 doubled', 'P5 lost']);
});

test('an item that may have been completed may be left out', () => {
  asked(20_000, { ask: 'complete', ...where }, { outcome: 'on-time', attempt: 1, tookMs: 1 });
  walks(20_000, 'jsonl', []);
  expect(found()).not.toContain('P5 lost');
});

test('other data in an export is lost (P5), and another attempt in a list is wrong (P4)', () => {
  walks(10_000, 'jsonl', [{ ...shown, data: { kept: 'data-2-kept' } }]);
  walks(20_000, 'json', [{ ...shown, attempt: 2 }]);
  asked(30_000, { ask: 'list', workflow: 0, state: 'waiting' }, { items: [{ ...shown, attempt: 3 }] });
  expect(found().filter((one) => one !== 'P1 missed')).toEqual(['P4 wrong', 'P4 wrong', 'P5 lost']);
});

const nothing = { waiting: [], overdue: [], failed: [], completed: [], unknown: [], unreadable: [] };

test('a reconciliation says what each item is, and says it once (P5)', () => {
  const reconcile = (at: number, json: object) =>
    asked(at, { ask: 'reconcile', workflow: 0, items: [0] }, { ...nothing, ...json });
  reconcile(10_000, { waiting: ['item-0'] });
  reconcile(2 * minute, { overdue: ['item-0'] });
  expect(found()).toEqual([]);
  reconcile(20_000, { unknown: ['item-0'] });
  reconcile(21_000, { failed: ['item-0'] });
  reconcile(22_000, { completed: ['item-0'] });
  reconcile(23_000, { waiting: ['item-0'], overdue: ['item-0'] });
  reconcile(24_000, {});
  expect(found()).toEqual(Array(5).fill('P5 wrong'));
});
