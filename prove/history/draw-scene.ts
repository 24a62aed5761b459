import fc from 'fast-check';
import { newRate } from './draw-request.ts';
import type { Happening } from './history.ts';

/*
 * Events that happen one after the other, and seldom would by chance. All other drawn events happen between them and
 * after them.
 */

const where = fc.record({ workflow: fc.nat(1), item: fc.nat(2) });
const seconds = (min: number, max: number) => fc.integer({ min, max });
const asks = (after: number, request: Extract<Happening, { does: 'request' }>['request']): Happening => ({
  after,
  does: 'request',
  request,
  isRetried: true,
});

/** A completion or a later deadline arrives while a function that is slow checks the timer of the item. */
const race: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    timeout: seconds(2, 12),
    // The first update marks the item.
    place: fc.oneof(
      fc.constant({ of: 'Update' as const, at: 0 }),
      fc.record({ of: fc.constantFrom('' as const, 'Update' as const, 'Publish' as const), at: fc.nat(5) }),
    ),
    ms: fc.integer({ min: 100, max: 6_000 }),
    kind: fc.constantFrom('slow before' as const, 'slow after' as const),
    arrivesAfter: fc.integer({ min: -2_000, max: 4_000 }),
    arrives: fc.constantFrom({ ask: 'complete' as const }, { ask: 'progress' as const, timeout: 60 }),
  })
  .map(({ where: about, timeout, place, ms, kind, arrivesAfter, arrives }) => [
    asks(0, { ask: 'register', ...about, timeout, restart: true }),
    { after: 0, does: 'fault', of: 'check-timers', fault: { kind, ...place, ms } },
    asks(timeout * 1_000 + arrivesAfter, { ...arrives, ...about }),
  ]);

/**
 * A completion or a restart arrives while a slow sweep marks an item overdue that was already reported as not started. No
 * timer does that, and a sweep comes each minute: the request comes at any time of this minute.
 */
const raceOfUnstarted: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    timeout: seconds(3, 20),
    at: fc.nat(3),
    ms: fc.integer({ min: 5_000, max: 20_000 }),
    arrivesAfter: fc.nat(60_000),
    arrives: fc.constantFrom(
      { ask: 'complete' as const },
      { ask: 'register' as const, timeout: 90, restart: true as const },
    ),
  })
  .map(({ where: about, timeout, at, ms, arrivesAfter, arrives }) => [
    asks(0, { ask: 'register', ...about, timeout, startBy: 2, restart: true }),
    {
      after: timeout * 1_000,
      does: 'fault',
      of: 'sweep',
      fault: { kind: 'slow before', of: 'Update', at, ms },
    },
    asks(arrivesAfter, { ...arrives, ...about }),
  ]);

/** A step with a near deadline is reported, another with a later one, and the first report comes once more. */
const lateRepeat: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    first: seconds(20, 60),
    later: seconds(61, 120),
    after: fc.integer({ min: 500, max: 5_000 }),
  })
  .map(({ where: about, first, later, after }) => {
    const copied = { ask: 'progress' as const, ...about, step: 'copied', timeout: first };
    return [
      asks(0, { ask: 'register', ...about, timeout: 90 }),
      asks(after, copied),
      asks(after, { ...copied, step: 'checked', timeout: later }),
      asks(after, copied),
    ];
  });

/** An item reports once, or three times within a minute, that it is as far as before, long before its deadline. */
const standstill: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    timeout: seconds(110, 160),
    stuckAfter: fc.option(seconds(5, 30), { nil: undefined, freq: 2 }),
    after: fc.integer({ min: 500, max: 5_000 }),
    reports: fc.constantFrom(1, 3),
  })
  .map(({ where: about, timeout, stuckAfter, after, reports }) => [
    asks(0, { ask: 'register', ...about, timeout, stuckAfter, restart: true }),
    ...Array.from({ length: reports }, () =>
      asks(after, { ask: 'progress' as const, ...about, progress: 1 }),
    ),
  ]);

/** People say that they work on an incident of which they are reminded every minute. */
const acknowledgement: fc.Arbitrary<Happening[]> = fc
  .record({ where, timeout: seconds(1, 5), after: fc.integer({ min: 8_000, max: 50_000 }) })
  .map(({ where: { workflow, item }, timeout, after }) => [
    asks(0, { ask: 'change settings', workflow, settings: { reminder: 60, quiet: null } }),
    asks(0, { ask: 'register', workflow, item, timeout }),
    asks(after, { ask: 'acknowledge', workflow }),
  ]);

/** A redrive is stopped, soon after it was started or later. */
const stoppedRedrive: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    timeout: seconds(1, 5),
    startedAfter: fc.integer({ min: 8_000, max: 30_000 }),
    stoppedAfter: fc.nat(40_000),
    action: fc.constantFrom('pause' as const, 'abort' as const, 'abort' as const),
    rate: newRate,
  })
  .map(({ where: { workflow, item }, timeout, startedAfter, stoppedAfter, action, rate }) => [
    asks(0, { ask: 'register', workflow, item, timeout }),
    asks(startedAfter, { ask: 'redrive', workflow }),
    asks(stoppedAfter, { ask: 'change redrive', workflow, action, rate }),
  ]);

/**
 * A run of a redrive ends after it has published, and the upstream service reports before the page is repeated two
 * minutes later. What it reports may be the last it does.
 */
const repeatedPage: fc.Arbitrary<Happening[]> = fc
  .record({
    where,
    timeout: seconds(1, 5),
    startedAfter: fc.integer({ min: 8_000, max: 30_000 }),
    reportedAfter: fc.integer({ min: 61_000, max: 68_000 }),
    report: fc.constantFrom({ ask: 'fail' as const }, { ask: 'progress' as const, step: 'copied' }),
  })
  .map(({ where: about, timeout, startedAfter, reportedAfter, report }) => [
    asks(0, { ask: 'register', ...about, timeout }),
    asks(startedAfter, { ask: 'redrive', workflow: about.workflow, timeout: 70 }),
    {
      after: 0,
      does: 'fault',
      of: 'run-redrives',
      fault: { kind: 'crash after', of: 'Publish', at: 0, ms: 0 },
    },
    asks(reportedAfter, { ...report, ...about }),
  ]);

/** A workflow is removed, and used again while functions still have it in their caches. */
const removal: fc.Arbitrary<Happening[]> = fc
  .record({ timeout: seconds(1, 20), after: fc.nat(3_000), again: fc.nat(40_000), seen: fc.boolean() })
  .map(({ timeout, after, again, seen }) => {
    const workflow = 2;
    const register = { ask: 'register' as const, workflow, timeout };
    return [
      asks(0, seen ? { ...register, item: 0 } : { ask: 'settings', workflow, settings: { warnAfter: 15 } }),
      ...(seen ? [asks(500, { ask: 'complete', workflow, item: 0 })] : []),
      asks(after, { ask: 'remove workflow', workflow }),
      asks(again, { ...register, item: 1 }),
    ];
  });

/** Somebody uses a token that was revoked. */
const revocation: fc.Arbitrary<Happening[]> = fc
  .record({ where, after: fc.nat(20_000), again: fc.integer({ min: 40_000, max: 90_000 }) })
  .map(({ where: { workflow, item }, after, again }) => {
    const use = { ask: 'complete' as const, workflow, item, withToken: true as const };
    return [
      asks(0, { ask: 'create token', workflow, scopes: ['ingest', 'read'] }),
      asks(after, { ...use, ask: 'read' }),
      asks(0, { ask: 'revoke token', workflow }),
      asks(again, use),
    ];
  });

export const scenes: fc.Arbitrary<Happening[]> = fc.oneof(
  { weight: 3, arbitrary: race },
  { weight: 2, arbitrary: raceOfUnstarted },
  { weight: 2, arbitrary: acknowledgement },
  { weight: 2, arbitrary: stoppedRedrive },
  { weight: 2, arbitrary: repeatedPage },
  { weight: 1, arbitrary: removal },
  { weight: 1, arbitrary: revocation },
  { weight: 1, arbitrary: lateRepeat },
  { weight: 1, arbitrary: standstill },
);
