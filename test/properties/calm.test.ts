import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IncidentCounts } from '../../core/contract/incident.ts';
import { type IncidentRecord, type LastEnd, newIncident } from '../../core/model/incident/incident-record.ts';
import { decideIncident, isEndHeld, isNotifiedAtOnce, roundOf } from '../../core/model/incident/pacing.ts';

/*
 * A day of a workflow in a model: items become overdue and are completed late, people acknowledge and silence, the
 * function that opens an incident may stop before it notifies anyone, the index lags by up to 30 s, and a sweep decides
 * every minute. P6 is checked with all notifications.
 */

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const midnight = Date.parse('2026-03-01T00:00:00.000Z');
/** From core/model/incident/pacing.ts: a report so soon after the last need not be written. */
const reportedForMs = 10 * second;
const indexLagMs = 30 * second;

type Happening = { at: number } & (
  | { kind: 'overdue'; items: number; openerNotifies: boolean }
  | { kind: 'completed'; share: number }
  | { kind: 'acknowledged' }
  | { kind: 'silenced'; minutes: number }
);

/** Any moment of the day, or one soon after another, because events come in bursts. */
const time = fc.integer({ min: 0, max: day / second }).map((seconds) => seconds * second);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      at: time,
      kind: fc.constant('overdue' as const),
      items: fc.integer({ min: 1, max: 5_000 }),
      openerNotifies: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      at: time,
      kind: fc.constant('completed' as const),
      share: fc.constantFrom(0.1, 0.5, 1, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ at: time, kind: fc.constant('acknowledged' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: time,
      kind: fc.constant('silenced' as const),
      minutes: fc.integer({ min: 1, max: 300 }),
    }),
  },
);

/** Events, and the same ones again seconds later: reports come in bursts. */
const happenings = fc
  .array(fc.tuple(happening, fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 4 })), { maxLength: 60 })
  .map((bursts) =>
    bursts
      .flatMap(([first, echoes]) =>
        [0, ...echoes].map((after) => ({ ...first, at: first.at + after * second })),
      )
      .toSorted((a, b) => a.at - b.at),
  );

interface Notified {
  incident: string;
  event: 'opened' | 'updated' | 'summary' | 'reminder' | 'resolved';
  at: number;
  /** There are ten times as many as people were notified of. */
  grown: boolean;
}

const tellings = { open: 'opened', update: 'updated', summarise: 'summary', remind: 'reminder' } as const;

class Day {
  readonly told: Notified[] = [];
  readonly ended: { record: IncidentRecord; silenced: boolean }[] = [];
  readonly quiet: { items: number; for: number } | undefined;
  open: IncidentRecord | undefined;
  lastEnd: LastEnd | undefined;
  silencedUntil = 0;
  /** How many items were overdue, and since when. */
  history: { at: number; overdue: number }[] = [{ at: 0, overdue: 0 }];
  lastReportAt = Number.NEGATIVE_INFINITY;

  constructor(quiet: { items: number; for: number } | undefined) {
    this.quiet = quiet;
  }

  get settings() {
    return this.quiet && { quiet: this.quiet };
  }

  overdueAt(at: number): number {
    return this.history.findLast((entry) => entry.at <= at)?.overdue ?? 0;
  }

  happen(next: Happening): void {
    const { at } = next;
    const overdue = this.overdueAt(at);
    switch (next.kind) {
      case 'overdue':
        this.history.push({ at, overdue: overdue + next.items });
        this.report(at, next.items, next.openerNotifies);
        break;
      case 'completed':
        this.history.push({ at, overdue: overdue - Math.ceil(overdue * next.share) });
        break;
      case 'acknowledged':
        if (this.open) {
          const acknowledged = { at: instant(at), by: 'anna', overdue, failed: 0 };
          this.open = { ...this.open, acknowledged };
        }
        break;
      case 'silenced':
        this.silencedUntil = at + next.minutes * minute;
    }
  }

  report(at: number, items: number, openerNotifies: boolean): void {
    this.lastReportAt = at;
    if (this.open) {
      const { reportedAt, notifiedAt } = this.open;
      const fresh = at - ms(reportedAt) < reportedForMs && (!notifiedAt || notifiedAt < reportedAt);
      if (!fresh) this.open = { ...this.open, reportedAt: instant(at) };
      return;
    }
    this.open = newIncident('uploads', 'overdue', midnight + at);
    if (openerNotifies && isNotifiedAtOnce(this.open, this.settings, at < this.silencedUntil)) {
      this.tell('opened', at, { overdue: items, failed: 0 });
    }
  }

  tell(event: Notified['event'], at: number, counts: IncidentCounts): void {
    if (!this.open) throw new Error('nothing to tell of');
    const { id, notified, updates } = this.open;
    const before = this.open.counts?.overdue ?? 0;
    const grown = event === 'updated' && before > 0 && counts.overdue >= 10 * before;
    this.told.push({ incident: id, event, at, grown });
    this.open = {
      ...this.open,
      notified: notified + 1,
      notifiedAt: instant(at),
      counts,
      updates: updates + (event === 'updated' || event === 'summary' ? 1 : 0),
      heldBack: false,
    };
  }

  sweep(at: number, lag: number): void {
    const counts = { overdue: this.overdueAt(at - lag), failed: 0 };
    // As the sweep does for items without an incident.
    if (!this.open && counts.overdue > 0) this.report(at, 0, false);
    if (!this.open) return;
    const silenced = at < this.silencedUntil;
    const step = decideIncident(this.open, { counts }, this.settings, silenced, midnight + at);
    if (silenced) expect(['nothing', 'hold', 'resolve']).toContain(step);
    switch (step) {
      case 'nothing':
        break;
      case 'hold':
        this.open = { ...this.open, heldBack: true };
        break;
      case 'resolve': {
        const round = roundOf(this.open, this.lastEnd);
        if (this.open.notified > 0 && isEndHeld(this.open, round, midnight + at)) break;
        // Never while an item remains, whatever the index says, and never just after a report.
        expect(this.overdueAt(at)).toBe(0);
        expect(at - this.lastReportAt).toBeGreaterThanOrEqual(indexLagMs);
        this.ended.push({ record: this.open, silenced });
        if (this.open.notified > 0 && !silenced) this.tell('resolved', at, counts);
        this.open = undefined;
        this.lastEnd = { resolvedAt: instant(at), round };
        break;
      }
      default:
        this.tell(this.open.notified === 0 ? 'opened' : tellings[step], at, counts);
    }
  }

  check(): void {
    for (const told of Map.groupBy(this.told, ({ incident }) => incident).values()) {
      expect(told.filter(({ event }) => event === 'opened')).toHaveLength(1);
      expect(told[0]?.event).toBe('opened');
      expect(told.slice(0, -1).map(({ event }) => event)).not.toContain('resolved');
      let updates = 0;
      for (const [index, { event, at, grown }] of told.entries()) {
        const since = at - (told[index - 1]?.at ?? at);
        const spacing = Math.min(2 ** updates, 60) * minute;
        if (event === 'updated' && !grown) expect(since).toBeGreaterThanOrEqual(spacing);
        if (event === 'reminder') expect(since).toBeGreaterThanOrEqual(240 * minute);
        if (event === 'updated' || event === 'summary') updates++;
      }
      // 1, 2, 4 … 32 minutes, then every hour; each silence ends in one summary.
      const spaced = told.filter(({ event, grown }) => event !== 'summary' && !grown);
      const lastedMs = (told.at(-1)?.at ?? 0) - (told[0]?.at ?? 0);
      expect(spaced.length).toBeLessThanOrEqual(2 + 6 + Math.ceil(lastedMs / (60 * minute)));
    }
    // Every incident is notified, except for one that ended in quiet or in a silence.
    for (const { record, silenced } of this.ended) {
      if (record.notified === 0) expect(silenced || this.quiet !== undefined).toBe(true);
    }
  }
}

const instant = (at: number) => new Date(midnight + at).toISOString();
const ms = (text: string) => Date.parse(text) - midnight;

test('P6 holds over random days, and no incident ends too early or without a notification (P3)', () => {
  const counted = { incidents: 0, told: 0, summaries: 0, reminders: 0 };
  fc.assert(
    fc.property(
      happenings,
      fc.constantFrom(undefined, undefined, { items: 100, for: 1_800 }),
      fc.integer({ min: 0, max: indexLagMs - 1 }),
      (all, quiet, lag) => {
        const model = new Day(quiet);
        let next = 0;
        for (let at = 0; at <= day + 60 * minute; at += minute) {
          for (let happened = all[next]; happened && happened.at <= at; happened = all[++next]) {
            model.happen(happened);
          }
          model.sweep(at, lag);
        }
        model.check();
        counted.incidents += model.ended.length;
        counted.told += model.told.length;
        counted.summaries += model.told.filter(({ event }) => event === 'summary').length;
        counted.reminders += model.told.filter(({ event }) => event === 'reminder').length;
      },
    ),
    { numRuns: 150 },
  );
  // The days were not empty.
  for (const count of Object.values(counted)) expect(count).toBeGreaterThan(0);
});

test('an incident that changes every minute of a day is notified 29 times (P6)', () => {
  const model = new Day(undefined);
  for (let at = 0; at < day; at += minute) {
    model.happen({ at, kind: 'overdue', items: 1, openerNotifies: true });
    model.sweep(at + 30 * second, 0);
  }
  model.check();
  expect(model.ended).toEqual([]);
  expect(model.told.length).toBe(29);
});

/** An item goes overdue at the beginning of each of so many rounds, and is completed a second later. */
function comesAndGoes(model: Day, rounds: number, everyMinutes: number): void {
  for (let round = 0; round < rounds; round++) {
    const begun = round * everyMinutes * minute;
    model.happen({ at: begun, kind: 'overdue', items: 1, openerNotifies: true });
    model.happen({ at: begun + second, kind: 'completed', share: 1 });
    for (let passed = 1; passed <= everyMinutes; passed++) model.sweep(begun + passed * minute, 0);
  }
}

const eventsOf = ({ told }: Day) => told.map(({ event }) => event);

test('trouble that comes and goes every five minutes of a day is notified seldom, and so is its end (P6)', () => {
  const rounds = 24 * 12;
  const model = new Day(undefined);
  comesAndGoes(model, rounds, 5);
  for (let passed = 1; passed <= 60; passed++) model.sweep((rounds * 5 + passed) * minute, 0);
  model.check();
  const opened = eventsOf(model).filter((event) => event === 'opened').length;
  // Three incidents that end within their five minutes, and one that does not.
  expect(opened).toBe(4);
  expect(eventsOf(model).filter((event) => event === 'resolved')).toHaveLength(opened);
  expect(eventsOf(model).at(-1)).toBe('resolved');
  // After 1, 2, 4 … 60 minutes, and then every hour.
  expect(model.told.length).toBeLessThanOrEqual(2 * opened + 7 + 24);
});

test('trouble that comes and goes within its quiet is never notified, however often it comes (P6)', () => {
  const model = new Day({ items: 1_000, for: 600 });
  comesAndGoes(model, 24 * 12, 5);
  expect(model.told).toEqual([]);
  expect(model.ended.length).toBeGreaterThan(100);
});

test('after an hour without trouble the next incident is notified like the first one, and ends as soon (P6)', () => {
  const model = new Day(undefined);
  comesAndGoes(model, 20, 62);
  expect(eventsOf(model)).toEqual(Array.from({ length: 20 }, () => ['opened', 'resolved']).flat());
  for (const { record } of model.ended) expect(record.notified).toBe(1);
  const [first, second] = model.told;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(minute);
});
