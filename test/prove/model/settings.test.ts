import { beforeEach, expect, test } from 'vitest';
import { asked, beginLedger, found, isNoticed, minute, registers } from './support/planted-ledger.ts';

beforeEach(beginLedger);

const workflow = 0;
const saves = (at: number, settings: object, json: object = settings) =>
  asked(at, { ask: 'settings', workflow, settings }, json);
const changes = (at: number, settings: object, json: object) =>
  asked(at, { ask: 'change settings', workflow, settings }, json);
const reads = (at: number, json: object, status = 200) =>
  asked(at, { ask: 'read workflow', workflow }, json, status);

test('settings that are kept, changed, and gone with their workflow break nothing', () => {
  saves(0, { warnAfter: 15, spacing: 5 }, { warnAfter: 15, notifications: { spacing: 5 } });
  changes(
    1_000,
    { warnAfter: null, receipts: 60, spacing: undefined },
    { receipts: 60, notifications: { spacing: 5 } },
  );
  reads(2_000, { receipts: 60, notifications: { spacing: 5 } });
  asked(3_000, { ask: 'remove workflow', workflow }, {}, 204);
  reads(4_000, {}, 404);
  saves(5_000, { warnAfter: 15 });
  expect(found()).toEqual([]);
});

test('a change that loses a setting or does not remove one is wrong (P5)', () => {
  saves(0, { warnAfter: 15, receipts: 60 });
  changes(1_000, { receipts: null }, {});
  changes(2_000, { receipts: null }, { receipts: 60 });
  expect(found()).toEqual(['P5 wrong', 'P5 wrong']);
});

test('settings that are other ones when they are read, or are not there, are wrong (P5)', () => {
  saves(0, { warnAfter: 15 });
  reads(1_000, { warnAfter: 16 });
  reads(2_000, {}, 404);
  expect(found()).toEqual(['P5 wrong', 'P5 wrong']);
});

test('settings that somebody may change meanwhile may be other ones', () => {
  saves(0, { warnAfter: 15 });
  Object.assign(saves(1_000, { warnAfter: 30 }), { reply: undefined, isFaulted: true });
  reads(1_020, { warnAfter: 30 });
  reads(3_000, { warnAfter: 15 });
  expect(found()).toEqual([]);
});

test('a workflow is not removed while it has items (P1)', () => {
  registers();
  isNoticed();
  const remove = (at: number, status: number) => asked(at, { ask: 'remove workflow', workflow }, {}, status);
  // The index may not show the item yet.
  remove(10_000, 204);
  remove(5 * minute, 409);
  expect(found()).toEqual([]);
  remove(5 * minute, 204);
  expect(found()).toEqual(['P1 wrong']);
});
