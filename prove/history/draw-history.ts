import fc from 'fast-check';
import { countedCalls, type Fault, faultKinds } from '../world/fault.ts';
import { requests } from './draw-request.ts';
import { scenes } from './draw-scene.ts';
import type { Happening, History, TimerFate } from './history.ts';

/** @param most calls that the function can make */
function faultAt(most: number): fc.Arbitrary<Fault> {
  const place = fc.oneof(
    fc.record({ of: fc.constant('' as const), at: fc.oneof(fc.nat(7), fc.nat(7), fc.nat(most)) }),
    fc.record({ of: fc.constantFrom(...countedCalls.slice(1)), at: fc.nat(2) }),
  );
  return fc
    .tuple(place, fc.constantFrom(...faultKinds), fc.integer({ min: 100, max: 20_000 }), fc.nat(9))
    .map(([where, kind, ms, drawn]) => ({ kind, ...where, ms, losesMessages: drawn < 3 || undefined }));
}
/** Most functions make fewer than ten calls; a sweep makes hundreds, few of which write. */
const fault = faultAt(120);
const faultOfSweep = fc.oneof(fault, faultAt(800));

const fate: fc.Arbitrary<TimerFate> = fc.oneof(
  fc.record({ fires: fc.constant('never' as const) }),
  fc.record({ fires: fc.constant('late' as const), ms: fc.integer({ min: 1_000, max: 300_000 }) }),
  fc.record({ fires: fc.constant('early' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({ fires: fc.constant('twice' as const), ms: fc.integer({ min: 0, max: 180_000 }) }),
);

/** Often at the same time or soon after, and sometimes minutes later. */
const after = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(2_000) },
  { weight: 3, arbitrary: fc.nat(40_000) },
  { weight: 1, arbitrary: fc.nat(240_000) },
);
const atOnce = fc.constant(0);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 120,
    arbitrary: fc.record({
      after,
      does: fc.constant('request' as const),
      request: requests,
      fault: fc.option(fault, { nil: undefined, freq: 3 }),
      isRetried: fc.nat(3).map((one) => one > 0),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({ after, does: fc.constant('repeat' as const), which: fc.nat(40) }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      after: atOnce,
      does: fc.constant('fault' as const),
      of: fc.constantFrom('check-timers' as const, 'run-redrives' as const, 'ingest' as const),
      fault,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      after: atOnce,
      does: fc.constant('fault' as const),
      of: fc.constant('sweep' as const),
      fault: faultOfSweep,
    }),
  },
  {
    weight: 30,
    arbitrary: fc.record({ after: atOnce, does: fc.constant('timer' as const), which: fc.nat(15), fate }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      after,
      does: fc.constant('outage' as const),
      ms: fc.integer({ min: 5_000, max: 480_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      after,
      does: fc.constant('damage' as const),
      workflow: fc.nat(1),
      item: fc.nat(2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      after,
      does: fc.constant('storm' as const),
      workflows: fc.integer({ min: 1, max: 24 }),
      items: fc.integer({ min: 1, max: 6 }),
      timeout: fc.integer({ min: 5, max: 60 }),
    }),
  },
);

/** Mostly single ones; those of a scene happen one after the other. */
const happenings: fc.Arbitrary<Happening[]> = fc.oneof(
  { weight: 30, arbitrary: happening.map((one) => [one]) },
  { weight: 1, arbitrary: scenes },
);

const drawn: fc.Arbitrary<History> = fc.record({
  happenings: fc.array(happenings, { minLength: 1, maxLength: 40, size: 'max' }).map((parts) => parts.flat()),
  skews: fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 6 }),
  lagMs: fc.constantFrom(0, 500, 5_000),
  pageRows: fc.constantFrom(0, 0, 0, 2, 3),
  rejects: fc.constantFrom(0, 0, 0, 0.15),
  sweepAt: fc.nat(59_000),
  seed: fc.nat(),
});

/** The same history in which no call fails and no process ends early: only then are all figures known exactly. */
function withoutFaults(history: History): History {
  const happenings = history.happenings.flatMap((one): Happening[] => {
    if (one.does === 'fault' || one.does === 'damage') return [];
    return [one.does === 'request' ? { ...one, fault: undefined } : one];
  });
  return { ...history, happenings, rejects: 0 };
}

/** Histories that fast-check makes smaller when a promise is broken. */
export const histories: fc.Arbitrary<History> = fc.noBias(
  fc.oneof({ weight: 19, arbitrary: drawn }, { weight: 1, arbitrary: drawn.map(withoutFaults) }),
);
