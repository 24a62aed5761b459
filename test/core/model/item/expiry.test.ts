import { describe, expect, test } from 'vitest';
import { decideExpiry, hasNotStarted, nextLook } from '../../../../core/model/item/expiry.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

const deadline = '2026-03-01T12:00:10.000Z';
const before = Date.parse(deadline) - 1;
const at = Date.parse(deadline);
const none = new Set<string>();
const own = new Set(['own']);

function waiting(change: Partial<ItemRecord> = {}): ItemRecord {
  return itemRecord({ deadline, timer: 'own', timerAt: deadline, ...change });
}

describe('a fired timer', () => {
  test('of an item that is gone asks for nothing', () => {
    expect(decideExpiry(undefined, own, at)).toBe('nothing');
  });

  test('expires an item from its deadline on, whichever timer it is (P1)', () => {
    expect(decideExpiry(waiting(), own, at)).toBe('expire');
    expect(decideExpiry(waiting(), new Set(['another']), at)).toBe('expire');
  });

  test('never expires an item before its deadline, and is armed again as it is used up (P1, P2)', () => {
    expect(decideExpiry(waiting(), own, before)).toBe('arm');
  });

  test('of an older deadline asks for nothing while the own one is still to come', () => {
    expect(decideExpiry(waiting(), new Set(['older']), before)).toBe('nothing');
  });

  test('arms again when the own one is past: it may be the one that was lost (P1)', () => {
    const extended = waiting({ timerAt: '2026-03-01T12:00:05.000Z' });
    expect(decideExpiry(extended, new Set(['older']), Date.parse('2026-03-01T12:00:05.000Z'))).toBe('arm');
    expect(decideExpiry(extended, none, Date.parse('2026-03-01T12:00:04.999Z'))).toBe('nothing');
  });

  test.each(['overdue', 'failed'] as const)(
    'of an item that is %s reports it until that was done (P3)',
    (state) => {
      expect(decideExpiry(waiting({ state }), own, at)).toBe('report');
      expect(decideExpiry(waiting({ state, reportedAt: deadline }), own, at)).toBe('nothing');
    },
  );
});

describe('an item to be warned of after six of its ten seconds', () => {
  const started = Date.parse('2026-03-01T12:00:00.000Z');
  const warnAt = started + 6_000;
  const watched = (change: Partial<ItemRecord> = {}) => waiting({ warnAfterMs: 6_000, ...change });

  test('is warned of from then on until its deadline, whichever timer says so', () => {
    expect(decideExpiry(watched(), own, warnAt - 1)).toBe('arm');
    expect(decideExpiry(watched(), own, warnAt)).toBe('warn');
    expect(decideExpiry(watched(), none, before)).toBe('warn');
  });

  test('is overdue and not warned of when the breach has come meanwhile', () => {
    expect(decideExpiry(watched(), own, at)).toBe('expire');
  });

  test('is warned of once (P4)', () => {
    const warned = watched({ warnedAt: '2026-03-01T12:00:06.500Z' });
    expect(decideExpiry(warned, own, before)).toBe('arm');
    expect(decideExpiry(warned, new Set(['older']), before)).toBe('nothing');
    expect(nextLook(warned)).toBe(at);
  });

  test('is warned of again so long after its deadline was moved', () => {
    const deadlineSetAt = '2026-03-01T12:00:07.000Z';
    const deadline = '2026-03-01T12:00:27.000Z';
    const moved = watched({ warnedAt: '2026-03-01T12:00:06.500Z', deadlineSetAt, deadline });
    const warnAgainAt = Date.parse(deadlineSetAt) + 6_000;
    expect(nextLook(moved)).toBe(warnAgainAt);
    expect(decideExpiry(moved, own, warnAgainAt - 1)).toBe('arm');
    expect(decideExpiry(moved, own, warnAgainAt)).toBe('warn');
    expect(decideExpiry({ ...moved, warnedAt: '2026-03-01T12:00:13.000Z' }, own, warnAgainAt)).toBe('arm');
    // Set by a request that came just before the warning of the old deadline, or with it.
    for (const warnedAt of [deadlineSetAt, '2026-03-01T12:00:07.001Z']) {
      expect(decideExpiry({ ...moved, warnedAt }, own, warnAgainAt)).toBe('warn');
    }
  });

  test('is not warned of when its deadline was brought before that', () => {
    const deadlineSetAt = '2026-03-01T12:00:05.000Z';
    const nearer = watched({ deadlineSetAt });
    expect(nextLook(nearer)).toBe(at);
    expect(decideExpiry(nearer, own, before)).toBe('arm');
  });

  test.each(['overdue', 'failed'] as const)('is not warned of when it is %s', (state) => {
    expect(decideExpiry(watched({ state, reportedAt: deadline }), own, warnAt)).toBe('nothing');
  });
});

describe('an item that must have a first step after three of its ten seconds', () => {
  const startBy = '2026-03-01T12:00:03.000Z';
  const startAt = Date.parse(startBy);
  const steps = [{ step: 'copied', at: '2026-03-01T12:00:02.000Z' }];

  test('is overdue from then on without one', () => {
    expect(decideExpiry(waiting({ startBy }), own, startAt - 1)).toBe('arm');
    expect(decideExpiry(waiting({ startBy }), own, startAt)).toBe('expire');
    expect(decideExpiry(waiting({ startBy }), none, startAt)).toBe('expire');
    expect(hasNotStarted(waiting({ startBy }), startAt)).toBe(true);
  });

  test('waits for its deadline with one', () => {
    const begun = waiting({ startBy, steps, step: 'copied' });
    expect(hasNotStarted(begun, at)).toBe(false);
    expect(decideExpiry(begun, own, startAt)).toBe('arm');
    expect(decideExpiry(begun, own, at)).toBe('expire');
  });

  test('is looked at first then, then for its warning, then at its deadline', () => {
    const all = waiting({ startBy, warnAfterMs: 6_000 });
    const warnAt = Date.parse('2026-03-01T12:00:06.000Z');
    expect(nextLook(all)).toBe(startAt);
    expect(nextLook({ ...all, steps })).toBe(warnAt);
    expect(nextLook({ ...all, steps, warnedAt: '2026-03-01T12:00:06.000Z' })).toBe(at);
    expect(nextLook({ ...all, warnAfterMs: 1_000 })).toBe(Date.parse('2026-03-01T12:00:01.000Z'));
    expect(nextLook(waiting())).toBe(at);
  });
});
