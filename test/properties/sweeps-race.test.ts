import type { UpdateItemCommandInput, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complete } from '../../core/operations/items/complete.ts';
import { progress } from '../../core/operations/items/progress.ts';
import { register } from '../../core/operations/items/register.ts';
import { sweep } from '../../core/operations/watch/sweep.ts';
import { ProblemError } from '../../core/problem-error.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import {
  checkTimers,
  endingScenarios,
  sweepScenarios,
  timerScenarios,
} from '../support/incident-scenarios.ts';
import { IncidentWatch, tickWithCalls } from '../support/incident-watch.ts';
import { sized } from '../support/sized.ts';
import { startMemoryWarden } from '../support/start-warden.ts';
import { Turns } from '../support/turns.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/* Sweeps at the same time as each other and as every other operation, with their calls to AWS in a random order. */

const numRuns = sized(60, 400);

let warden: EmbeddedWarden;
let turns: Turns;
beforeAll(async () => {
  warden = await startMemoryWarden();
  knowEmptyQueues(warden);
  tickWithCalls(warden);
  turns = new Turns(warden);
  countMarks();
  await warden.sweep();
});
afterAll(() => warden.close());

/** What happened before; each is about items `a` and perhaps `b`. */
const beginnings = {
  'timers are due': timerScenarios['check-timers opening incidents of two workflows'],
  'timers are lost': sweepScenarios['a sweep that catches a lost timer'],
  'there are orphans': sweepScenarios['a sweep that finds orphans'],
  'an update is due': sweepScenarios['a sweep that sends an update'],
  'all is over': sweepScenarios['a sweep that ends an incident'],
  'an end is half done': endingScenarios['a sweep that finds an end that nobody was notified of'],
  'a copy is left': endingScenarios['a sweep that finds a copy of an incident that was reported to since'],
};

const only = {};
const whatever = { data: undefined };

/** What happens at the same time. */
const works: Record<string, (workflow: string) => Promise<unknown>> = {
  'a sweep': () => sweep(warden.aws.service),
  'their timers': (workflow) =>
    checkTimers(warden, [
      { workflow, item: 'a' },
      { workflow, item: 'b' },
    ]),
  'completion of a': (workflow) => complete(warden.aws.service, { workflow, item: 'a', only }),
  'completion of b': (workflow) => complete(warden.aws.service, { workflow, item: 'b', only }),
  'registration of a': (workflow) =>
    register(warden.aws.service, { workflow, item: 'a', request: { timeout: 5 }, ...whatever }),
  'failure of b': (workflow) => {
    const request = { failed: { reason: 'x' } };
    return progress(warden.aws.service, { workflow, item: 'b', only, request, ...whatever });
  },
  'a silence': (workflow) => {
    const now = warden.clock.now();
    const [from, until] = [now, now + 3_600_000].map((time) => new Date(time).toISOString());
    const silence = { from: from ?? '', until: until ?? '', reason: 'x', by: 'test' };
    return warden.aws.service.registry.saveWorkflow(workflow, { silence });
  },
  'the end of a silence': (workflow) => warden.aws.service.registry.endSilence(workflow),
  'an acknowledgement': async (workflow) => {
    const { incidents, clock } = warden.aws.service;
    const seen = await incidents.open.read(workflow, 'overdue');
    if (!seen) return;
    const at = new Date(clock.now()).toISOString();
    const acknowledged = { at, by: 'test', overdue: 1, failed: 0 };
    await incidents.open.change(seen, { acknowledged }, { at, event: 'acknowledged', by: 'test' });
  },
};

/** How often each attempt was marked overdue. */
const marks = new Map<string, number>();

function countMarks(): void {
  warden.aws.dynamodb.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { ExpressionAttributeValues: values } = args.input as UpdateItemCommandInput;
      if (values?.[':set_state']?.S !== 'overdue') return result;
      const { pk, startedAt, attempt } = (result.output as UpdateItemCommandOutput).Attributes ?? {};
      const key = [pk?.S, startedAt?.S, attempt?.N].join(' ');
      marks.set(key, (marks.get(key) ?? 0) + 1);
      return result;
    },
    { step: 'initialize' },
  );
}

/** Time passes in two steps at any place. */
async function time(): Promise<void> {
  for (let step = 0; step < 2; step++) await turns.take(async () => warden.clock.advance(25_000));
}

/** Minute by minute, until nothing is missing any more. */
async function runOn(watch: IncidentWatch, minutes: number, missingNow: () => Promise<string[]>) {
  for (let minute = 0; ; minute++) {
    const missing = await missingNow();
    if (missing.length === 0) return;
    if (minute === minutes)
      throw new Error(`${watch.workflow} after ${minutes} minutes: ${missing.join(', ')}`);
    await warden.passSweeping(60_000);
  }
}

async function race(
  beginning: keyof typeof beginnings,
  meanwhile: readonly string[],
  order: readonly number[],
): Promise<void> {
  const workflow = warden.newWorkflow();
  const watch = new IncidentWatch(warden, workflow, ['a', 'b']);
  await beginnings[beginning]?.before(warden, [workflow]);

  let turn = 0;
  const choose = (count: number) => (order[turn++ % order.length] ?? 0) % count;
  const all = ['a sweep', ...meanwhile].map((name) => async () => {
    await turns.take(async () => {});
    await works[name]?.(workflow);
  });
  const errors = await turns.run([...all, time], choose);
  // A caller may learn that there is no such item, or that others changed it all the time. A sweep never fails.
  for (const error of errors) {
    if (!(error instanceof ProblemError)) throw error;
    expect(['item-not-found', 'contended', 'item-not-waiting']).toContain(error.code);
  }
  await warden.aws.service.registry.endSilence(workflow);

  let seen = await watch.check();
  await runOn(watch, 6, async () => {
    seen = await watch.check();
    return watch.notYetNoticed(
      seen,
      seen.items.map(({ item }) => item),
    );
  });
  for (const { item } of seen.items) {
    expect((await warden.complete(workflow, item)).json.outcome).toBe('late');
  }
  await runOn(watch, 5, async () => watch.notYetOver(await watch.check()));
  // P3: an attempt goes overdue once.
  expect(Math.max(1, ...marks.values())).toBe(1);
  const isSilenced = meanwhile.includes('a silence');
  watch.expectTold(await watch.check(), { silent: isSilenced, resolvedUntold: isSilenced });
  await watch.forget();
}

test(
  'sweeps and other operations at the same time lose nothing and repeat nothing (P1–P4, P6)',
  async () => {
    const meanwhile = fc.subarray(['a sweep', 'their timers', ...Object.keys(works)], {
      minLength: 1,
      maxLength: 4,
    });
    const order = fc.array(fc.nat(20), { minLength: 20, maxLength: 80 });
    const beginning = fc.constantFrom(...(Object.keys(beginnings) as (keyof typeof beginnings)[]));
    // A failure prints the seed, and the path to the shrunk case.
    await fc.assert(fc.asyncProperty(beginning, meanwhile, order, race), { numRuns, endOnFailure: true });
  },
  Math.max(120_000, numRuns * 2_000),
);
