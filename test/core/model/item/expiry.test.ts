import { describe, expect, test } from 'vitest';
import { decideExpiry, isStartMissed, isTimerInTime, nextCheck } from '../../../../core/model/item/expiry.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

const deadline = '2026-03-01T12:00:10.000Z';
const before = Date.parse(deadline) - 1;
const at = Date.parse(deadline);
const none = new Set<string>();
const own = new Set(['own']);

/** The decision without an outage of the warden. */
function decide(record: ItemRecord | undefined, fired: ReadonlySet<string>, now: number) {
  return decideExpiry(record, fired, undefined, now).do;
}

function waiting(change: Partial<ItemRecord> = {}): ItemRecord {
  return itemRecord({ deadline, timer: 'own', timerAt: deadline, ...change });
}

describe('a fired timer', () => {
  test('of an item that is gone needs nothing', () => {
    expect(decide(undefined, own, at)).toBe('nothing');
  });

  test('expires an item from its deadline on, whichever timer it is (P1)', () => {
    expect(decide(waiting(), own, at)).toBe('expire');
    expect(decide(waiting(), new Set(['another']), at)).toBe('expire');
  });

  test('never expires an item before its deadline, and is armed again because it has fired (P1, P2)', () => {
    expect(decide(waiting(), own, before)).toBe('arm');
  });

  test("of an older deadline needs nothing while the item's own timer is still to come", () => {
    expect(decide(waiting(), new Set(['older']), before)).toBe('nothing');
  });

  test("arms another one if the time of the item's own timer is past: that one may be lost (P1)", () => {
    const extended = waiting({ timerAt: '2026-03-01T12:00:05.000Z' });
    expect(decide(extended, new Set(['older']), Date.parse('2026-03-01T12:00:05.000Z'))).toBe('arm');
    expect(decide(extended, none, Date.parse('2026-03-01T12:00:04.999Z'))).toBe('nothing');
  });

  test.each(['overdue', 'failed'] as const)(
    'of an item that is %s reports it until it was reported (P3)',
    (state) => {
      expect(decide(waiting({ state }), own, at)).toBe('report');
      expect(decide(waiting({ state, reportedAt: deadline }), own, at)).toBe('nothing');
    },
  );
});

describe('an item with a warning after six of its ten seconds', () => {
  const started = Date.parse('2026-03-01T12:00:00.000Z');
  const warnAt = started + 6_000;
  const watched = (change: Partial<ItemRecord> = {}) => waiting({ warnAfterMs: 6_000, ...change });

  test('is warned of from then until its deadline, whichever timer fires', () => {
    expect(decide(watched(), own, warnAt - 1)).toBe('arm');
    expect(decide(watched(), own, warnAt)).toBe('warn');
    expect(decide(watched(), none, before)).toBe('warn');
  });

  test('is overdue and not warned of if it was breached meanwhile', () => {
    expect(decide(watched(), own, at)).toBe('expire');
  });

  test('is warned of once (P4)', () => {
    const warned = watched({ warnedAt: '2026-03-01T12:00:06.500Z' });
    expect(decide(warned, own, before)).toBe('arm');
    expect(decide(warned, new Set(['older']), before)).toBe('nothing');
    expect(nextCheck(warned)).toBe(at);
  });

  test('is warned of again this long after its deadline was moved', () => {
    const deadlineSetAt = '2026-03-01T12:00:07.000Z';
    const deadline = '2026-03-01T12:00:27.000Z';
    const moved = watched({ warnedAt: '2026-03-01T12:00:06.500Z', deadlineSetAt, deadline });
    const warnAgainAt = Date.parse(deadlineSetAt) + 6_000;
    expect(nextCheck(moved)).toBe(warnAgainAt);
    expect(decide(moved, own, warnAgainAt - 1)).toBe('arm');
    expect(decide(moved, own, warnAgainAt)).toBe('warn');
    expect(decide({ ...moved, warnedAt: '2026-03-01T12:00:13.000Z' }, own, warnAgainAt)).toBe('arm');
    // Set by a request just before the warning of the old deadline, or in the same millisecond.
    for (const warnedAt of [deadlineSetAt, '2026-03-01T12:00:07.001Z']) {
      expect(decide({ ...moved, warnedAt }, own, warnAgainAt)).toBe('warn');
    }
  });

  test('is not warned of if its deadline was moved before the warning', () => {
    const deadlineSetAt = '2026-03-01T12:00:05.000Z';
    const nearer = watched({ deadlineSetAt });
    expect(nextCheck(nearer)).toBe(at);
    expect(decide(nearer, own, before)).toBe('arm');
  });

  test.each(['overdue', 'failed'] as const)('is not warned of when it is %s', (state) => {
    expect(decide(watched({ state, reportedAt: deadline }), own, warnAt)).toBe('nothing');
  });
});

describe('an item that must reach a first step within three of its ten seconds', () => {
  const startBy = '2026-03-01T12:00:03.000Z';
  const startAt = Date.parse(startBy);
  const steps = [{ step: 'copied', at: '2026-03-01T12:00:02.000Z' }];

  test('is overdue from then on without a step', () => {
    expect(decide(waiting({ startBy }), own, startAt - 1)).toBe('arm');
    expect(decide(waiting({ startBy }), own, startAt)).toBe('expire');
    expect(decide(waiting({ startBy }), none, startAt)).toBe('expire');
    expect(isStartMissed(waiting({ startBy }), startAt)).toBe(true);
  });

  test('waits for its deadline with a step', () => {
    const begun = waiting({ startBy, steps, step: 'copied' });
    expect(isStartMissed(begun, at)).toBe(false);
    expect(decide(begun, own, startAt)).toBe('arm');
    expect(decide(begun, own, at)).toBe('expire');
  });

  test('is checked at that time first, then at its warning, then at its deadline', () => {
    const all = waiting({ startBy, warnAfterMs: 6_000 });
    const warnAt = Date.parse('2026-03-01T12:00:06.000Z');
    expect(nextCheck(all)).toBe(startAt);
    expect(nextCheck({ ...all, steps })).toBe(warnAt);
    expect(nextCheck({ ...all, steps, warnedAt: '2026-03-01T12:00:06.000Z' })).toBe(at);
    expect(nextCheck({ ...all, warnAfterMs: 1_000 })).toBe(Date.parse('2026-03-01T12:00:01.000Z'));
    expect(nextCheck(waiting())).toBe(at);
  });
});

describe('an item that becomes overdue in an outage of the warden', () => {
  const outage = {
    from: '2026-03-01T12:00:10.000Z',
    to: '2026-03-01T12:20:00.000Z',
    graceUntil: '2026-03-01T12:22:00.000Z',
  };
  const graceUntil = Date.parse(outage.graceUntil);
  const decideThen = (record: ItemRecord, now: number) => decideExpiry(record, own, outage, now);

  test('is held back until the grace period ends, and is then overdue since its deadline (P2)', () => {
    expect(decideThen(waiting(), graceUntil - 1)).toEqual({ do: 'hold', at: graceUntil });
    expect(decideThen(waiting(), graceUntil)).toEqual({ do: 'expire', since: at, neverStarted: undefined });
  });

  test('is not held back if its deadline was before the outage, or after it', () => {
    for (const other of ['2026-03-01T12:00:09.999Z', '2026-03-01T12:20:00.001Z']) {
      const decision = decideThen(waiting({ deadline: other }), graceUntil - 1);
      expect(decision).toMatchObject({ do: 'expire', since: Date.parse(other) });
    }
  });

  test('is held back by the time of its first step if it missed that, and by its deadline once that is past', () => {
    const startBy = '2026-03-01T12:00:03.000Z';
    const later = waiting({ startBy, deadline: '2026-03-01T13:00:00.000Z' });
    expect(decideThen(later, graceUntil - 1)).toEqual({
      do: 'expire',
      since: Date.parse(startBy),
      neverStarted: true,
    });
    expect(decideThen({ ...later, startBy: outage.from }, graceUntil - 1)).toMatchObject({ do: 'hold' });
    expect(decideThen(waiting({ startBy }), graceUntil - 1)).toEqual({ do: 'hold', at: graceUntil });
  });

  test('is reported at once if it has failed (P3)', () => {
    expect(decideThen(waiting({ state: 'failed' }), graceUntil - 1)).toEqual({ do: 'report' });
  });
});

describe('an item that is stuck', () => {
  const progressedAt = '2026-03-01T12:00:01.000Z';
  const stuckAt = Date.parse(progressedAt) + 5_000;
  const stuck = (change: Partial<ItemRecord> = {}) =>
    waiting({ progress: 41, progressedAt, stuckAfterMs: 5_000, ...change });

  test('is checked then, and warned of once; its deadline is checked all the same (P1)', () => {
    expect(nextCheck(stuck())).toBe(stuckAt);
    expect(decide(stuck(), own, stuckAt - 1)).toBe('arm');
    expect(decideExpiry(stuck(), own, undefined, stuckAt)).toEqual({ do: 'warn-stuck', next: at });
    expect(decide(stuck({ stuckAt: '2026-03-01T12:00:06.500Z' }), own, before)).toBe('arm');
    expect(decide(stuck(), own, at)).toBe('expire');
  });

  test('after it was late: the warning comes first, and the check for the other follows', () => {
    const both = stuck({ warnAfterMs: 4_000 });
    expect(decideExpiry(both, own, undefined, stuckAt)).toEqual({ do: 'warn', next: stuckAt });
  });

  test('is left alone until the grace period after an outage or a restart ends (P2)', () => {
    const away = {
      from: '2026-03-01T12:00:02.000Z',
      to: '2026-03-01T12:00:05.000Z',
      graceUntil: '2026-03-01T12:00:08.000Z',
    };
    const held = { do: 'hold', at: Date.parse(away.graceUntil) };
    expect(decideExpiry(stuck(), own, away, stuckAt)).toEqual(held);
    expect(decideExpiry(stuck(), own, undefined, stuckAt, away)).toEqual(held);
    expect(decideExpiry(stuck(), own, away, held.at)).toMatchObject({ do: 'warn-stuck' });
    const startBy = '2026-03-01T12:00:07.000Z';
    expect(decideExpiry(stuck({ startBy }), own, away, stuckAt)).toEqual({
      ...held,
      at: Date.parse(startBy),
    });
    const deadline = '2026-03-01T12:00:07.500Z';
    expect(decideExpiry(stuck({ deadline }), own, away, stuckAt)).toEqual({
      ...held,
      at: Date.parse(deadline),
    });
    expect(
      decideExpiry(stuck({ progressedAt: '2026-03-01T11:59:56.500Z' }), own, away, stuckAt),
    ).toMatchObject({ do: 'warn-stuck' });
  });

  test.each(['overdue', 'failed'] as const)('is not warned of when it is %s', (state) => {
    expect(decide(stuck({ state, reportedAt: deadline }), own, stuckAt)).toBe('nothing');
  });
});

describe('the next check of an item', () => {
  test('is the earliest of its times', () => {
    const watched = waiting({ warnAfterMs: 6_000 });
    const warnAt = Date.parse('2026-03-01T12:00:06.000Z');
    expect(decideExpiry(watched, own, undefined, warnAt - 1)).toEqual({ do: 'arm', at: warnAt });
    expect(decideExpiry(watched, own, undefined, warnAt)).toEqual({ do: 'warn', next: at });
  });

  test('needs no new timer if its own one is still to come in time (P1)', () => {
    const later = at + 60_000;
    expect(isTimerInTime(waiting(), none, later, before)).toBe(true);
    expect(isTimerInTime(waiting(), none, at, before)).toBe(true);
    expect(isTimerInTime(waiting(), none, before, before)).toBe(false);
    expect(isTimerInTime(waiting(), none, later, at)).toBe(false);
    expect(isTimerInTime(waiting(), own, later, before)).toBe(false);
  });
});
