import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { type Action, Lives, type Request, type Run } from '../support/lives.ts';
import { sized } from '../support/sized.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/*
 * Registrations, steps, heartbeats, failures and completions of two runs of one item, in any order, alone or in a
 * batch, repeated any number of times, with time moved by hand between them, and timers on time, late or held. A model
 * of the replies so far says what every reply must be; P1, P2 and P4 are checked with it.
 */

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden({ jitterMs: 3_000 });
  knowEmptyQueues(warden);
});
afterAll(() => warden.close());

const run = fc.constantFrom<Run>('r1', 'r2');
const timeout = fc.integer({ min: 1, max: 20 });
const request: fc.Arbitrary<Request> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('register' as const),
      run,
      timeout,
      restart: fc.nat(3).map((one) => one === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('step' as const), run, step: fc.constantFrom('a', 'b') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('progress' as const), run, progress: fc.constantFrom(1, 2) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('heartbeat' as const), run, timeout }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('fail' as const), run }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('complete' as const), run }) },
);
const actions = (mostMs: number) =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Action>[]>(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('request' as const), request, inBatch: fc.boolean() }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('repeat' as const),
          which: fc.nat(40),
          inBatch: fc.boolean(),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          ms: fc.integer({ min: 1, max: mostMs }),
          timers: fc.boolean(),
        }),
      },
    ),
    { minLength: 3, maxLength: 25 },
  );

const orders = fc.array(fc.array(fc.integer(), { minLength: 25, maxLength: 25 }), {
  minLength: 3,
  maxLength: 3,
});

test(
  'over two lives every watch is ended by somebody, no completion is lost, and repeats have the first reply (P1, P2, P4)',
  async () => {
    await fc.assert(
      fc.asyncProperty(actions(9_000), orders, async (all, ways) => {
        const lives = new Lives(warden, 3_600_000);
        await lives.begin();
        for (const action of all) await lives.do(action);
        await lives.repeatAll(ways);
        lives.expectEnded();
        await lives.end();
        lives.expectNoFalseAlarm();
      }),
      { numRuns: sized(50, 1_500) },
    );
  },
  sized(120_000, 3_600_000),
);

test(
  'receipts expire to the second, whatever comes meanwhile, and later requests begin a new life (P1, P4)',
  async () => {
    await fc.assert(
      fc.asyncProperty(actions(90_000), async (all) => {
        const lives = new Lives(warden, 60_000);
        await lives.begin();
        for (const action of all) await lives.do(action);
        await lives.end();
      }),
      { numRuns: sized(50, 1_500) },
    );
  },
  sized(120_000, 3_600_000),
);
