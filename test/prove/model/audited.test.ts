import { beforeEach, describe, expect, test } from 'vitest';
import { asked, beginLedger, begun, found, instant, minute } from './support/planted-ledger.ts';

const workflow = 0;
const name = 'workflow-0';

beforeEach(beginLedger);

const redrives = (at: number) => asked(at, { ask: 'redrive', workflow }, { id: 'redrive-1' }, 202);
const entry = (at: number, action: string, change: object = {}) => ({
  at: instant(at),
  by: 'open',
  action,
  workflow: name,
  ...change,
});
const started = (change: object = {}) =>
  entry(minute + 10, 'redrive-started', { subject: 'redrive-1', ...change });

function reads(at: number, entries: object[], ofAll = true): void {
  const pages = [{ at: begun + at, end: begun + at + 50, items: entries }];
  asked(at, { ask: 'read audit', workflow, ofAll, limit: 5 }, { pages });
}

test('a change that stands in the audit log with who and what breaks nothing', () => {
  redrives(minute);
  asked(2 * minute, { ask: 'silence', workflow, for: 60 }, {});
  reads(3 * minute, [entry(2 * minute + 20, 'silence-set'), started()]);
  reads(30_000, []);
  expect(found()).toEqual([]);
});

test.each<[string, object[]]>([
  ['no entry', []],
  ['an entry of another subject', [started({ subject: 'redrive-2' })]],
  ['an entry of another workflow', [started({ workflow: 'workflow-1' })]],
  ['an entry of somebody else', [started({ by: 'token-1' })]],
])('a change that has %s is wrong (P7)', (_, entries) => {
  redrives(minute);
  reads(3 * minute, entries);
  expect(new Set(found())).toEqual(new Set(['P7 wrong']));
});

test('a change without a reply may stand there, once', () => {
  Object.assign(redrives(minute), { reply: undefined, isFaulted: true });
  reads(3 * minute, []);
  reads(3 * minute, [started()]);
  expect(found()).toEqual([]);
  reads(3 * minute, [started(), started()]);
  expect(found()).toContain('P7 wrong');
});

test('an entry for which nobody asked, or long after that, is wrong (P7)', () => {
  reads(3 * minute, [entry(minute, 'workflow-removed')]);
  expect(found()).toEqual(['P7 wrong']);
  beginLedger();
  redrives(minute);
  reads(3 * minute, [started({ at: instant(2 * minute) })]);
  expect(found()).toContain('P7 wrong');
});

test('an automatic redrive has an entry, and none without the setting (P7)', () => {
  const of = started({ by: 'automatic', subject: 'redrive-2' });
  reads(3 * minute, [of]);
  expect(found()).toEqual(['P7 wrong']);
  const automatic = { max: 1, after: 20 };
  const json = { idempotent: true, redrive: { automatic } };
  asked(0, { ask: 'settings', workflow, settings: { automatic } }, json, 201);
  const saved = entry(20, 'settings-saved', { settings: ['idempotent', 'redrive.automatic'] });
  beginLedgerWith(() => reads(3 * minute, [of, saved]));
  expect(found()).toEqual([]);
  beginLedgerWith(() => reads(3 * minute, [of]));
  expect(found()).toEqual(['P7 wrong']);

  function beginLedgerWith(read: () => void): void {
    beginLedger();
    asked(0, { ask: 'settings', workflow, settings: { automatic } }, json, 201);
    read();
  }
});

test('the audit log of one workflow has no entries of another (P7)', () => {
  asked(0, { ask: 'create token', workflow, scopes: ['read'] }, { id: 'token-1' }, 201);
  const token = { at: instant(10), by: 'open', action: 'token-created', subject: 'token-1' };
  reads(3 * minute, [token]);
  reads(3 * minute, [], false);
  expect(found()).toEqual([]);
  reads(3 * minute, [token], false);
  expect(found()).toEqual(['P7 wrong']);
});

test('a redrive that is paused and changed in its rate at once has an entry of both (P7)', () => {
  redrives(minute);
  asked(2 * minute, { ask: 'change redrive', workflow, action: 'pause', rate: 50 }, { id: 'redrive-1' });
  const change = (action: string) => entry(2 * minute + 20, action, { subject: 'redrive-1' });
  reads(3 * minute, [change('redrive-rate-changed'), change('redrive-paused'), started()]);
  expect(found()).toEqual([]);
  reads(3 * minute, [change('redrive-paused'), started()]);
  expect(found()).toEqual(['P7 wrong']);
  reads(3 * minute, [change('redrive-rate-changed'), started()]);
  expect(found()).toEqual(['P7 wrong', 'P7 wrong']);
});

test('a redrive, a removal, a silence and the first settings have an entry each of their own (P7)', () => {
  asked(minute, { ask: 'remove workflow', workflow }, {}, 204);
  asked(10 * minute, { ask: 'remove workflow', workflow }, {}, 204);
  const removed = entry(minute + 10, 'workflow-removed');
  reads(11 * minute, [entry(10 * minute + 10, 'workflow-removed'), removed]);
  expect(found()).toEqual([]);
  reads(11 * minute, [removed]);
  expect(found()).toEqual(['P7 wrong']);
});

/** What is wrong with the audit log. The replies in these ledgers show no settings. */
const wrong = () => found().filter((one) => one.startsWith('P7'));

test('an entry that stands there twice is wrong, even if a repeat that changed nothing came much later (P7)', () => {
  const settings = { receipts: 60 };
  asked(minute, { ask: 'settings', workflow, settings }, {}, 201);
  asked(10 * minute, { ask: 'settings', workflow, settings }, {});
  const saved = entry(minute + 10, 'settings-saved', { settings: ['receipts'] });
  reads(11 * minute, [saved]);
  expect(wrong()).toEqual([]);
  reads(11 * minute, [saved, saved]);
  expect(wrong()).toEqual(['P7 wrong']);
});

test('the same silence again has no entry, and another one has (P7)', () => {
  asked(minute, { ask: 'silence', workflow, for: 600 }, {});
  asked(minute + 20, { ask: 'silence', workflow, for: 600 }, {});
  const set = entry(minute + 10, 'silence-set');
  reads(3 * minute, [set]);
  expect(wrong()).toEqual([]);
  asked(4 * minute, { ask: 'silence', workflow, for: 600 }, {});
  reads(5 * minute, [set]);
  expect(wrong()).toEqual(['P7 wrong']);
});

describe('the settings of an entry', () => {
  const settings = { receipts: 60, spacing: 30 };
  const saved = (at: number, ...names: string[]) => entry(at, 'settings-saved', { settings: names });
  const first = saved(minute + 10, 'notifications.spacing', 'receipts');
  const change = (change: object) =>
    asked(3 * minute, { ask: 'change settings', workflow, settings: change }, {});

  beforeEach(() => {
    asked(minute, { ask: 'settings', workflow, settings }, {}, 201);
  });

  test('are all those of a new workflow', () => {
    reads(2 * minute, [first]);
    expect(wrong()).toEqual([]);
    reads(2 * minute, [saved(minute + 10, 'receipts')]);
    expect(new Set(wrong())).toEqual(new Set(['P7 wrong']));
  });

  test('are no others than those that a change names', () => {
    change({ receipts: 90, reminder: null });
    reads(4 * minute, [saved(3 * minute + 10, 'receipts'), first]);
    expect(wrong()).toEqual([]);
    reads(4 * minute, [saved(3 * minute + 10, 'notifications.spacing', 'receipts'), first]);
    expect(wrong()).toEqual(['P7 wrong']);
  });

  test('may be those that saved settings remove', () => {
    asked(3 * minute, { ask: 'settings', workflow, settings: { receipts: 60 } }, {});
    reads(4 * minute, [saved(3 * minute + 10, 'notifications.spacing'), first]);
    expect(wrong()).toEqual([]);
    reads(4 * minute, [saved(3 * minute + 10, 'stuckAfter'), first]);
    expect(wrong()).toEqual(['P7 wrong']);
  });

  test('include each that a change sets, at some time, and differ in the entries of a change that lost a race', () => {
    change({ receipts: 90, stuckAfter: 20 });
    reads(4 * minute, [saved(3 * minute + 10, 'receipts'), first]);
    expect(wrong()).toEqual(['P7 wrong']);
    beginLedger();
    asked(minute, { ask: 'settings', workflow, settings }, {}, 201);
    change({ receipts: 90, stuckAfter: 20 });
    const tries = [saved(3 * minute + 20, 'receipts', 'stuckAfter'), saved(3 * minute + 10, 'stuckAfter')];
    reads(4 * minute, [...tries, first]);
    expect(wrong()).toEqual([]);
  });
});
