import fc from 'fast-check';
import { questions } from './draw-question.ts';
import type { ItemRequest, Request, Settings, SettingsChange } from './request.ts';

const optional = <Value>(values: fc.Arbitrary<Value>, freq = 3) =>
  fc.option(values, { nil: undefined, freq });
const one = <Value>(value: Value) => fc.constant(value);
/** With this chance in percent. */
const rarely = <Value>(value: Value, percent: number) =>
  fc.nat(99).map((drawn) => (drawn < percent ? value : undefined));

const where = { workflow: fc.nat(1), item: fc.nat(2) };
const run = optional(fc.nat(2));
const data = fc.nat(1_000_000);
const seconds = (min: number, max: number) => fc.integer({ min, max });
const timeout = fc.oneof(seconds(1, 30), seconds(20, 200));
const step = fc.constantFrom('copied', 'checked');
const age = rarely(15, 10);

const register: fc.Arbitrary<ItemRequest> = fc.record({
  ask: one('register' as const),
  ...where,
  run,
  timeout,
  restart: rarely(true, 25),
  age,
  data: optional(data, 5),
  step: rarely('begun', 10),
});
/** The times before the deadline, at which something else happens. */
const registerWatched: fc.Arbitrary<ItemRequest> = fc.record({
  ask: one('register' as const),
  ...where,
  run,
  timeout: seconds(30, 200),
  startBy: optional(seconds(1, 29), 2),
  warnAfter: optional(seconds(1, 29), 2),
  stuckAfter: optional(seconds(1, 60), 2),
  data,
});
const progress: fc.Arbitrary<ItemRequest> = fc
  .record({
    ask: one('progress' as const),
    ...where,
    run,
    timeout: optional(timeout, 2),
    age,
    step: optional(step),
    progress: optional(fc.nat(1), 2),
    data: rarely(7, 20),
  })
  .map((request) => ({
    ...request,
    ...(request.timeout === undefined &&
      request.progress === undefined && { step: request.step ?? 'copied' }),
  }));
const fail: fc.Arbitrary<ItemRequest> = fc.record({ ask: one('fail' as const), ...where, run });
/** A batch has no request with a text. */
const failWithOutput = fc.tuple(fail, rarely('POST' as const, 50)).map(([one, via]) => ({ ...one, via }));
const complete: fc.Arbitrary<ItemRequest> = fc.record({
  ask: one('complete' as const),
  ...where,
  run,
  attempt: rarely(1, 10),
});
const read: fc.Arbitrary<ItemRequest> = fc.record({ ask: one('read' as const), ...where });
const withToken: fc.Arbitrary<ItemRequest> = fc
  .oneof(read, read, progress, complete)
  .map((request) => ({ ...request, withToken: true }));

const itemRequest: fc.Arbitrary<ItemRequest> = fc.oneof(
  { weight: 8, arbitrary: register },
  { weight: 2, arbitrary: registerWatched },
  { weight: 6, arbitrary: progress },
  { weight: 2, arbitrary: failWithOutput },
  { weight: 7, arbitrary: complete },
  { weight: 1, arbitrary: read },
  { weight: 1, arbitrary: withToken },
);

const settings: fc.Arbitrary<Settings> = fc.record({
  receipts: fc.constantFrom(undefined, undefined, undefined, 0, 60),
  warnAfter: rarely(15, 20),
  stuckAfter: rarely(40, 20),
  spacing: optional(fc.constantFrom(5, 30), 2),
  reminder: optional(fc.constantFrom(60, 150), 2),
  quiet: rarely({ items: 3, for: 90 }, 20),
  automatic: rarely({ max: 1, after: 20 }, 30),
  expect: rarely({ atLeast: 2, every: 90 }, 25),
});

/** Some of the settings; null removes one. */
const settingsChange: fc.Arbitrary<SettingsChange> = fc
  .tuple(settings, fc.integer({ min: 1, max: 255 }), fc.nat(255))
  .map(([all, named, removed]) => {
    const kept = Object.entries(all).filter((_, index) => (named >> index) & 1);
    return Object.fromEntries(
      kept.map(([name, value], index) => [name, (removed >> index) & 1 ? null : value]),
    );
  });

const workflow = { workflow: where.workflow };
/** Redrives are started with another one. */
export const newRate = optional(fc.constant(50), 2);
const workflowRequest: fc.Arbitrary<Request> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ask: one('settings' as const), ...workflow, settings }) },
  {
    weight: 2,
    arbitrary: fc.record({ ask: one('change settings' as const), ...workflow, settings: settingsChange }),
  },
  { weight: 1, arbitrary: fc.record({ ask: one('read workflow' as const), ...workflow }) },
  { weight: 1, arbitrary: fc.record({ ask: one('remove workflow' as const), ...workflow }) },
  { weight: 2, arbitrary: fc.record({ ask: one('silence' as const), ...workflow, for: seconds(20, 300) }) },
  { weight: 1, arbitrary: fc.record({ ask: one('end silence' as const), ...workflow }) },
  { weight: 2, arbitrary: fc.record({ ask: one('acknowledge' as const), ...workflow }) },
  {
    weight: 3,
    arbitrary: fc.record({ ask: one('redrive' as const), ...workflow, timeout: optional(timeout) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: one('change redrive' as const),
      ...workflow,
      action: fc.constantFrom('pause' as const, 'continue' as const, 'abort' as const),
      rate: newRate,
    }),
  },
  { weight: 2, arbitrary: fc.record({ ask: one('discard' as const), ...workflow }) },
  {
    weight: 1,
    arbitrary: fc.record({ ask: one('reconcile' as const), ...workflow, items: one([0, 1, 2, 3, 4]) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: one('list' as const),
      ...workflow,
      state: fc.constantFrom('waiting' as const, 'overdue' as const, 'failed' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: one('walk' as const),
      ...workflow,
      format: fc.constantFrom('json' as const, 'jsonl' as const),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: one('create token' as const),
      ...workflow,
      scopes: fc.subarray(['ingest' as const, 'read' as const], { minLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: one('revoke token' as const), ...workflow }) },
);

/** All about one workflow. */
const inOne = (operations: ItemRequest[], of: number) =>
  operations.map((operation) => ({ ...operation, workflow: of }));

/** A batch has no reads. */
const batch: fc.Arbitrary<Request> = fc
  .tuple(
    where.workflow,
    fc.array(fc.oneof(register, progress, fail, complete), { minLength: 1, maxLength: 5 }),
  )
  .map(([of, operations]) => ({ ask: 'batch', workflow: of, operations: inOne(operations, of) }));

/** Some items are known to the ingest queue alone. Nearly all registrations of messages have a run, as they must. */
const item = fc.oneof(where.item, fc.integer({ min: 3, max: 4 }));
const ofMessage: fc.Arbitrary<ItemRequest> = fc
  .tuple(fc.oneof({ weight: 3, arbitrary: register }, progress, fail, complete), item, fc.nat(2), fc.nat(9))
  .map(
    ([operation, which, ofRun, drawn]): ItemRequest => ({
      ...operation,
      item: which,
      ...(drawn > 0 && { run: ofRun }),
    }),
  );
export const messages: fc.Arbitrary<Request> = fc
  .tuple(
    where.workflow,
    fc.array(ofMessage, { minLength: 1, maxLength: 3 }),
    optional(fc.oneof(fc.nat(5_000), fc.nat(200_000)), 3),
  )
  .map(([of, operations, againAfter]) => ({
    ask: 'ingest',
    workflow: of,
    operations: inOne(operations, of),
    againAfter,
  }));

export const requests: fc.Arbitrary<Request> = fc.oneof(
  { weight: 20, arbitrary: itemRequest },
  { weight: 2, arbitrary: batch },
  { weight: 2, arbitrary: messages },
  { weight: 5, arbitrary: workflowRequest },
  { weight: 1, arbitrary: questions },
);
