import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAcknowledged } from '../../../../core/model/incident/acknowledgement.ts';
import { type IncidentRecord, newIncident } from '../../../../core/model/incident/incident-record.ts';
import type { IncidentFindings } from '../../../../core/model/incident/kinds.ts';
import {
  decideIncident,
  isNotifiedAtOnce,
  isReported,
  needsCounts,
} from '../../../../core/model/incident/pacing.ts';

const start = '2026-03-01T12:00:00.000Z';
const opened = Date.parse(start);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const at = (ms: number) => new Date(opened + ms).toISOString();

/** Opened at `start`, and not notified yet. */
function incident(change: Partial<IncidentRecord> = {}): IncidentRecord {
  return { ...newIncident('uploads', 'overdue', opened), ...change };
}

/** Notified at `start`, with three overdue items. */
function told(change: Partial<IncidentRecord> = {}): IncidentRecord {
  return incident({ notified: 1, notifiedAt: start, counts: { overdue: 3, failed: 0 }, ...change });
}

const three: IncidentFindings = { counts: { overdue: 3, failed: 0 } };
const four: IncidentFindings = { counts: { overdue: 4, failed: 0 } };
const two: IncidentFindings = { counts: { overdue: 2, failed: 0 } };
const none: IncidentFindings = { counts: { overdue: 0, failed: 0 } };

interface Case {
  settings?: Parameters<typeof decideIncident>[2];
  silenced?: boolean;
}

function decide(
  record: IncidentRecord,
  found: IncidentFindings,
  after: number,
  { settings, silenced }: Case = {},
) {
  return decideIncident(record, found, settings, silenced ?? false, opened + after);
}

describe('an incident that was not notified', () => {
  test('storms 3: is notified at once, unless a function has claimed that (P3)', () => {
    expect(decide(incident(), three, 0)).toBe('open');
    const claimed = incident({ claimedUntil: at(20 * second) });
    expect(decide(claimed, three, 19_999)).toBe('nothing');
    expect(decide(claimed, three, 20_000)).toBe('open');
  });

  test('is notified even if no item remains by then (P3)', () => {
    expect(decide(incident(), none, 20_000)).toBe('open');
    expect(decide(incident(), none, hour)).toBe('open');
  });

  test('is notified at once by the function that opens it, unless in quiet, in a silence or after an outage', () => {
    expect(isNotifiedAtOnce(incident(), undefined, false)).toBe(true);
    expect(isNotifiedAtOnce(incident(), { spacing: 60 }, false)).toBe(true);
    expect(isNotifiedAtOnce(incident(), undefined, true)).toBe(false);
    expect(isNotifiedAtOnce(incident(), { quiet: { items: 5, for: 'PT10M' } }, false)).toBe(false);
    expect(isNotifiedAtOnce(incident({ outage: { from: start, to: start } }), undefined, false)).toBe(false);
  });

  test('waits for 75 s after an outage of the warden, so that one notification has all items', () => {
    const after = incident({ outage: { from: at(-hour), to: start } });
    expect(decide(after, three, 74_999)).toBe('nothing');
    expect(decide(after, three, 75_000)).toBe('open');
  });

  describe('waits in quiet until there are four items, or for ten minutes', () => {
    const settings = { quiet: { items: 4, for: 'PT10M' } };

    test.each([
      ['so many overdue', four, 0, 'open'],
      ['so many overdue and failed', { counts: { overdue: 3, failed: 1 } }, 0, 'open'],
      ['so many with those unreadable', { counts: { overdue: 3, failed: 0, unreadable: 1 } }, 0, 'open'],
      ['fewer', three, 10 * minute - 1, 'nothing'],
      ['fewer, for so long', three, 10 * minute, 'open'],
    ] as const)('is notified with %s', (_, found, after, step) => {
      const record = incident({ reportedAt: at(Math.max(0, after - second)) });
      expect(decide(record, found, after, { settings })).toBe(step);
    });

    test('that is over by then ends without a notification', () => {
      expect(decide(incident(), none, 39_999, { settings })).toBe('nothing');
      expect(decide(incident(), none, 40_000, { settings })).toBe('resolve');
    });
  });
});

describe('an incident that was notified', () => {
  test.each([
    [0, 1],
    [1, 2],
    [2, 4],
    [3, 8],
    [4, 16],
    [5, 32],
    [6, 60],
    [7, 60],
    [500, 60],
  ])('after %i updates is told of again after %i minutes, if it has changed (P6)', (updates, minutes) => {
    for (const found of [four, two, { counts: { overdue: 2, failed: 1 } }]) {
      expect(decide(told({ updates }), found, minutes * minute - 1)).toBe('nothing');
      expect(decide(told({ updates }), found, minutes * minute)).toBe('update');
    }
  });

  test('is not notified again while it has not changed, except by a reminder after four hours (P6)', () => {
    expect(decide(told(), three, 4 * hour - 1)).toBe('nothing');
    expect(decide(told(), three, 4 * hour)).toBe('remind');
    const reminded = told({ notified: 2, notifiedAt: at(4 * hour) });
    expect(decide(reminded, three, 8 * hour - 1)).toBe('nothing');
    expect(decide(reminded, three, 8 * hour)).toBe('remind');
  });

  test('has changed if as many items were added as were resolved', () => {
    expect(decide(told({ reportedAt: at(1) }), three, minute)).toBe('update');
  });

  test('has not changed if the items reported since were already overdue at the notification, and no outcome was added', () => {
    const nothing = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
    const reported = told({ reportedAt: at(2), notifiedAt: at(1), markedAt: start, outcomes: nothing });
    const after = minute + 1;
    expect(decide(reported, { ...three, outcomes: nothing }, after)).toBe('nothing');
    expect(decide(reported, { ...three, outcomes: { ...nothing, restarted: 1 } }, after)).toBe('update');
    // The item went overdue since then. Another one was resolved, and its outcome is missing, as a crash can leave one
    // out.
    const newer = { ...reported, markedAt: at(2) };
    expect(decide(newer, { ...three, outcomes: nothing }, after)).toBe('update');
  });

  test('has changed if records became unreadable', () => {
    const found = { counts: { ...three.counts, unreadable: 1 } };
    expect(decide(told(), found, minute)).toBe('update');
    expect(decide(told({ counts: found.counts }), found, minute)).toBe('nothing');
  });

  test('follows the spacing and reminder of its workflow', () => {
    const settings = { spacing: 'PT10M', reminder: 'PT30M' };
    expect(decide(told(), four, 10 * minute - 1, { settings })).toBe('nothing');
    expect(decide(told(), four, 10 * minute, { settings })).toBe('update');
    expect(decide(told({ updates: 1 }), four, 20 * minute - 1, { settings })).toBe('nothing');
    expect(decide(told({ updates: 1 }), four, 20 * minute, { settings })).toBe('update');
    expect(decide(told({ updates: 9 }), four, 60 * minute, { settings })).toBe('update');
    expect(decide(told(), three, 30 * minute - 1, { settings })).toBe('nothing');
    expect(decide(told(), three, 30 * minute, { settings })).toBe('remind');
    const rare = { spacing: 'PT3H' };
    expect(decide(told({ updates: 2 }), four, 3 * hour - 1, { settings: rare })).toBe('nothing');
    expect(decide(told({ updates: 2 }), four, 3 * hour, { settings: rare })).toBe('update');
  });
});

describe('an incident that has grown tenfold since people were notified', () => {
  const thirty: IncidentFindings = { counts: { overdue: 20, failed: 10 } };
  const fewer: IncidentFindings = { counts: { overdue: 20, failed: 9 } };

  test('users 6: is updated at once, whenever it is counted', () => {
    expect(decide(told(), thirty, second)).toBe('update');
    expect(decide(told(), fewer, second)).toBe('nothing');
    expect(decide(told({ updates: 7 }), thirty, second)).toBe('update');
    expect(decide(told(), thirty, second, { silenced: true })).toBe('hold');
  });

  test('users 6: is counted by every sweep while people know the first notification only', () => {
    const reported = { reportedAt: at(second) };
    expect(needsCounts(told(reported), undefined, false, opened + 2 * second)).toBe(true);
    expect(needsCounts(told({ ...reported, notified: 2 }), undefined, false, opened + 2 * second)).toBe(
      false,
    );
  });
});

describe('an incident of which nothing is left', () => {
  const reported = { reportedAt: at(minute) };
  const resumed: IncidentFindings = { ...none, resumed: { count: 2, until: at(hour) } };

  test('public report M1: waits for its end: no update and no reminder says that nothing is left', () => {
    const settings = { spacing: 1, reminder: 1 };
    expect(decide(told(reported), none, minute + 39_999, { settings })).toBe('nothing');
    expect(decide(told({ ...reported, heldBack: true }), none, minute + 39_999)).toBe('nothing');
    expect(decide(incident({ ...reported, heldBack: true }), none, minute + 39_999)).toBe('nothing');
    expect(decide(incident({ ...reported, heldBack: true }), none, minute + 40_000)).toBe('resolve');
  });

  test('users 4: stays open while items are worked on that were resumed, which is told once', () => {
    expect(decide(told(reported), resumed, minute - 1)).toBe('nothing');
    expect(decide(told(reported), resumed, 2 * minute)).toBe('update');
    const known = told({ ...reported, counts: none.counts, recovering: { items: 3 } });
    expect(decide(known, resumed, 30 * hour)).toBe('nothing');
    expect(decide(known, none, 2 * minute)).toBe('resolve');
    expect(decide(told({ ...reported, heldBack: true }), resumed, 2 * minute)).toBe('summarise');
  });

  test('users 4: ends 40 s after items were being resumed at the soonest, when the index has them', () => {
    const record = told({ ...reported, resumedAt: at(3 * minute) });
    expect(decide(record, none, 3 * minute + 39_999)).toBe('nothing');
    expect(decide(record, none, 3 * minute + 40_000)).toBe('resolve');
  });
});

describe('an acknowledged incident', () => {
  const acknowledged = { at: at(minute), by: 'anna', overdue: 3, failed: 0 };
  const after = at(minute + 1);

  test('public report G: holds for reports of what was breached before it, however many', () => {
    const record = told({ acknowledged, reportedAt: at(hour), markedAt: at(minute), newestAt: at(minute) });
    expect(isAcknowledged(record, four.counts)).toBe(true);
    expect(isAcknowledged(told({ acknowledged, newestAt: after }), two.counts)).toBe(false);
  });

  test('users 3: holds for a resumed item that fails again, until there are more than at the acknowledgement', () => {
    const record = told({ acknowledged, markedAt: after, newestAt: at(second) });
    expect(isAcknowledged(record, three.counts)).toBe(true);
    expect(isAcknowledged(record, four.counts)).toBe(false);
  });

  test('public report G: the first report of something breached after it is written', () => {
    const record = incident({ acknowledged, reportedAt: at(minute), notified: 1, notifiedAt: at(second) });
    const known = { ...record, markedAt: at(minute) };
    const now = opened + minute + second;
    expect(isReported(known, { markedAt: at(minute) }, now)).toBe(true);
    expect(isReported(known, { markedAt: after, newestAt: after }, now)).toBe(false);
    expect(
      isReported({ ...known, markedAt: after, newestAt: after }, { markedAt: after, newestAt: after }, now),
    ).toBe(true);
  });

  test('sends no reminders', () => {
    expect(decide(told({ acknowledged }), three, 40 * hour)).toBe('nothing');
  });

  test('is notified when it changes, and stays acknowledged if it changed for the better', () => {
    const better = told({ acknowledged, counts: two.counts });
    expect(decide(told({ acknowledged }), two, hour)).toBe('update');
    expect(isAcknowledged(better, two.counts)).toBe(true);
    expect(decide(better, two, 40 * hour)).toBe('nothing');
  });

  test.each([
    ['more are overdue', told({ acknowledged, counts: four.counts, markedAt: at(minute + 1) }), four],
    [
      'as many items were added as were resolved',
      told({ acknowledged, notifiedAt: at(hour), reportedAt: at(minute + 1), newestAt: at(minute + 1) }),
      three,
    ],
  ])('is reminded of again when %s', (_, record, found) => {
    expect(isAcknowledged(record, found.counts)).toBe(false);
    expect(decide(record, found, 8 * hour)).toBe('remind');
  });
});

describe('in a silence, an incident', () => {
  const silenced = true;

  test('whose notification is due is held back, once', () => {
    expect(decide(incident(), three, 20_000, { silenced })).toBe('hold');
    expect(decide(told(), four, minute, { silenced })).toBe('hold');
    expect(decide(told(), three, 4 * hour, { silenced })).toBe('hold');
    expect(decide(told({ heldBack: true }), four, minute, { silenced })).toBe('nothing');
    expect(decide(incident({ heldBack: true }), three, hour, { silenced })).toBe('nothing');
  });

  test('that is over ends, whether it was ever notified or not', () => {
    expect(decide(told(), none, 40_000, { silenced })).toBe('resolve');
    expect(decide(incident(), none, 40_000, { silenced })).toBe('resolve');
    expect(decide(incident({ heldBack: true }), none, 40_000, { silenced })).toBe('resolve');
    expect(decide(incident(), none, 39_999, { silenced })).toBe('hold');
  });

  test('that was held back is summarised at the end of the silence, even if nothing has changed since or just now', () => {
    expect(decide(told({ heldBack: true }), four, minute)).toBe('summarise');
    expect(decide(told({ heldBack: true }), three, second)).toBe('summarise');
    // People know nothing of this incident, so they are notified that it was opened.
    expect(decide(incident({ heldBack: true }), three, hour)).toBe('open');
  });

  test('in which nothing changes is summarised at the end of the silence too', () => {
    expect(decide(told(), three, minute, { silenced: true })).toBe('hold');
    expect(decide(told({ heldBack: true }), three, minute)).toBe('summarise');
  });
});

describe('the end of an incident', () => {
  test('comes when no item remains and nothing was reported for 40 s', () => {
    const record = told({ reportedAt: at(10 * second) });
    expect(decide(record, none, 49_999)).not.toBe('resolve');
    expect(decide(record, none, 50_000)).toBe('resolve');
  });

  test.each([
    { overdue: 1, failed: 0 },
    { overdue: 0, failed: 1 },
    { overdue: 0, failed: 0, unreadable: 1 },
  ])('does not come while there is %j', (counts) => {
    for (const silenced of [true, false]) {
      expect(decide(told(), { counts }, 40 * hour, { silenced })).not.toBe('resolve');
      expect(decide(incident(), { counts }, 40 * hour, { silenced })).not.toBe('resolve');
    }
  });

  test('of warnings comes ten minutes after the last warning, whatever is overdue', () => {
    const warned = { counts: { overdue: 0, failed: 0, warned: 5 } };
    const record = told({ incidentKind: 'warning', counts: warned.counts, reportedAt: at(minute) });
    expect(decide(record, warned, 11 * minute - 1)).not.toBe('resolve');
    expect(decide(record, warned, 11 * minute)).toBe('resolve');
  });

  test('of missing registrations comes when there are enough again', () => {
    const record = told({ incidentKind: 'shortfall', counts: none.counts });
    expect(decide(record, none, 3 * hour)).toBe('nothing');
    expect(decide(record, none, 4 * hour)).toBe('remind');
    expect(decide(record, { ...none, over: false }, hour)).toBe('nothing');
    expect(decide(record, { ...none, over: true }, second)).toBe('resolve');
  });

  test('is decided by the facts of its own kind: not by `over` for warnings, nor for items', () => {
    expect(decide(told(), { ...three, over: true }, hour)).toBe('nothing');
    const record = told({ incidentKind: 'warning', counts: { ...none.counts, warned: 1 } });
    expect(decide(record, { counts: { ...none.counts, warned: 1 }, over: true }, minute)).toBe('nothing');
  });
});

describe('counts of an open incident', () => {
  test.each([
    ['nobody was notified of it', incident(), 0, true],
    ['a silence held something back', told({ heldBack: true }), 0, true],
    ['it was told of just now', told(), minute - 1, false],
    ['the spacing is over', told(), minute, true],
    ['five minutes of an hour are over', told({ updates: 7 }), 5 * minute - 1, false],
    ['five minutes of an hour are over', told({ updates: 7 }), 5 * minute, true],
  ])('are needed, or not, when %s', (_, record, after, needed) => {
    expect(needsCounts(record, undefined, false, opened + after)).toBe(needed);
  });

  test('are needed whenever they can change the decision, apart from whether any item remains', () => {
    const duration = fc.option(fc.constantFrom(1, 60, 'PT10M', 'PT2H'), { nil: undefined });
    const count = fc.integer({ min: 0, max: 5 });
    const any = fc.record({
      updates: fc.integer({ min: 0, max: 9 }),
      notified: fc.integer({ min: 0, max: 3 }),
      heldBack: fc.boolean(),
      silenced: fc.boolean(),
      spacing: duration,
      reminder: duration,
      reported: fc.integer({ min: 0, max: 6 * hour }),
      after: fc.oneof(fc.integer({ min: 0, max: 10 * minute }), fc.integer({ min: 0, max: 6 * hour })),
      counts: fc.record({ overdue: count, failed: count }),
    });
    fc.assert(
      fc.property(any, ({ spacing, reminder, reported, silenced, counts, after, ...change }) => {
        fc.pre(counts.overdue + counts.failed > 0);
        const record = told({ ...change, reportedAt: at(Math.min(reported, after)) });
        const settings = { spacing, reminder };
        if (needsCounts(record, settings, silenced, opened + after)) return;
        expect(decide(record, { counts }, after, { settings, silenced })).toBe('nothing');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a report to an open incident', () => {
  const reported = (change: Partial<IncidentRecord>) => incident({ reportedAt: at(minute), ...change });

  test('is not written again for ten seconds after the last one', () => {
    expect(isReported(reported({}), {}, opened + minute + 9_999)).toBe(true);
    expect(isReported(reported({}), {}, opened + minute + 10_000)).toBe(false);
  });

  test.each([
    { warned: 1 },
    { outage: { from: start, to: start } },
    { shortfall: { atLeast: 2, registered: 1, from: start, to: start } },
  ])('that brings %j is written', (report) => {
    expect(isReported(reported({}), report, opened + minute)).toBe(false);
  });

  test('is news after a notification, until one is written since (P3)', () => {
    const notified = { notified: 1, notifiedAt: at(minute) };
    expect(isReported(reported(notified), {}, opened + minute)).toBe(false);
    const since = { ...notified, reportedAt: at(minute + 1) };
    expect(isReported(reported(since), {}, opened + minute + 1)).toBe(true);
  });

  test('of items marked since a notification is written, unless the last report was of such items too (P3)', () => {
    const now = opened + minute + 2;
    const since = { notified: 1, notifiedAt: at(minute), reportedAt: at(minute + 1) };
    expect(isReported(reported(since), { markedAt: at(minute) }, now)).toBe(true);
    expect(isReported(reported(since), { markedAt: at(minute + 1) }, now)).toBe(false);
    const known = { ...since, markedAt: at(minute + 1) };
    expect(isReported(reported(known), { markedAt: at(minute + 2) }, now)).toBe(true);
  });
});
