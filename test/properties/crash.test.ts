import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FaultMode, Faults } from '../support/faults.ts';
import { type EmbeddedWarden, startWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startWarden();
  faults = new Faults(warden);
});
afterAll(() => warden.close());

interface Scenario {
  /** What went before, without a crash. */
  before: (workflow: string) => Promise<unknown>;
  /** The work that is stopped at each of its calls. Repeated as its caller would, once all is up again. */
  work: (workflow: string) => Promise<unknown>;
  /** What holds in the end, as if there had been no crash: state, attempt, and attempts that were told of. */
  /** The queue brings its message again whatever happens; a caller may be gone for good. */
  comesAgain?: true;
  end: { state: 'waiting' | 'overdue' | 'failed' | 'gone'; attempt?: number; told: number[] };
}

type Fault = { kind: 'crash'; at: number; mode: FaultMode } | { kind: 'lost reply'; at: number };

const timerOf = async (workflow: string) => (await warden.aws.service.items.read(workflow, 'a'))?.timer ?? '';

/** As the event source does: what failed comes again. */
async function checkTimers(workflow: string, timer: string): Promise<void> {
  const Records = [{ messageId: '1', body: JSON.stringify({ workflow, item: 'a', timer }) }];
  const { batchItemFailures } = await warden.functions.checkTimers({ Records });
  if (batchItemFailures.length > 0) throw new Error('it comes again');
}

async function accepted(request: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await request;
  if (status >= 500) throw new Error('the caller tries again');
  // The work of the first try took effect and its reply was lost: to callers that is done.
  if (status !== 404 && status >= 400) throw new Error(`refused: ${text}`);
}

const register = (workflow: string, body: object) => accepted(warden.register(workflow, 'a', body));
const registerOverdue = async (workflow: string) => {
  await register(workflow, { timeout: 5, data: 1 });
  warden.clock.advance(6_000);
};

const scenarios: Record<string, Scenario> = {
  'register a new item': {
    before: async () => {},
    work: (workflow) => register(workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'register an overdue item again': {
    before: async (workflow) => {
      await registerOverdue(workflow);
      await warden.settle();
    },
    work: (workflow) => register(workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 2, told: [1] },
  },
  'register again an item marked overdue that nobody was told of': {
    before: async (workflow) => {
      await registerOverdue(workflow);
      const seen = await warden.aws.service.items.read(workflow, 'a');
      if (seen) await warden.aws.service.items.expire(seen, '2026-03-01T12:00:05.000Z', 'timer');
    },
    work: (workflow) => register(workflow, { timeout: 60 }),
    end: { state: 'waiting', attempt: 2, told: [1] },
  },
  'restart a run': {
    before: (workflow) => register(workflow, { timeout: 60, run: 'a' }),
    work: (workflow) => register(workflow, { timeout: 60, run: 'b', restart: true }),
    end: { state: 'waiting', attempt: 2, told: [] },
  },
  'bring a deadline forward': {
    before: (workflow) => register(workflow, { timeout: 600 }),
    work: (workflow) => accepted(warden.progress(workflow, 'a', { timeout: 30 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'put a deadline off': {
    before: (workflow) => register(workflow, { timeout: 60 }),
    work: (workflow) => accepted(warden.progress(workflow, 'a', { timeout: 600 })),
    end: { state: 'waiting', attempt: 1, told: [] },
  },
  'fail an item': {
    before: (workflow) => register(workflow, { timeout: 60 }),
    work: (workflow) => accepted(warden.progress(workflow, 'a', { failed: { reason: 'x' } })),
    end: { state: 'failed', attempt: 1, told: [1] },
  },
  'complete an item': {
    before: (workflow) => register(workflow, { timeout: 60 }),
    work: (workflow) => accepted(warden.complete(workflow, 'a')),
    end: { state: 'gone', told: [] },
  },
  'complete an item marked overdue that nobody was told of': {
    before: async (workflow) => {
      await registerOverdue(workflow);
      const seen = await warden.aws.service.items.read(workflow, 'a');
      if (seen) await warden.aws.service.items.expire(seen, '2026-03-01T12:00:05.000Z', 'timer');
    },
    work: (workflow) => accepted(warden.complete(workflow, 'a')),
    end: { state: 'gone', told: [1] },
  },
  'check the timer of an overdue item': {
    before: registerOverdue,
    work: async (workflow) => checkTimers(workflow, await timerOf(workflow)),
    comesAgain: true,
    end: { state: 'overdue', attempt: 1, told: [1] },
  },
  'check the timer of an extended item': {
    before: async (workflow) => {
      await register(workflow, { timeout: 5 });
      await accepted(warden.progress(workflow, 'a', { timeout: 60 }));
      warden.clock.advance(6_000);
    },
    work: async (workflow) => checkTimers(workflow, await timerOf(workflow)),
    comesAgain: true,
    end: { state: 'waiting', attempt: 1, told: [] },
  },
};

/** Runs it with a fault (or none), repeats it until it is done, and gives the calls of the first try. */
async function run({ before, work, end }: Scenario, fault?: Fault): Promise<string[]> {
  const workflow = warden.newWorkflow();
  faults.revive();
  await before(workflow);
  faults.revive();
  if (fault?.kind === 'crash') faults.crashAt(fault.at, fault.mode);
  if (fault?.kind === 'lost reply') faults.loseReplyAt(fault.at);
  const done = await work(workflow).then(
    () => true,
    () => false,
  );
  const { calls, crashed } = faults;
  faults.revive();
  expect(crashed).toBe(fault?.kind === 'crash');
  // A lost reply is the client's own business: nobody above it sees a thing.
  if (fault?.kind === 'lost reply') expect(done).toBe(true);
  if (!done) await work(workflow);

  const { status, json } = await warden.read(workflow, 'a');
  expect(status === 404 ? { state: 'gone' } : { state: json.state, attempt: json.attempt }).toEqual({
    state: end.state,
    ...(end.attempt && { attempt: end.attempt }),
  });
  const told = await warden.notifications(workflow);
  expect([...new Set(told.flatMap(({ items }) => items.map(({ attempt }) => attempt)))]).toEqual(end.told);
  // At least once, and a repeat has the same id.
  expect(new Set(told.map(({ id }) => id)).size).toBe(end.told.length);

  // Whatever the crash left behind, a waiting item is noticed after its deadline (P1), and told of then.
  if (end.state !== 'waiting') return calls;
  await warden.pass(601_000);
  expect((await warden.read(workflow, 'a')).json.state).toBe('overdue');
  expect(await warden.notifications(workflow)).toMatchObject([{ items: [{ attempt: end.attempt }] }]);
  return calls;
}

/** Runs it with a crash, and nobody tries again: whatever is there must be noticed and told of all the same. */
async function abandon({ before, work }: Scenario, crash: { at: number; mode: FaultMode }): Promise<void> {
  const workflow = warden.newWorkflow();
  faults.revive();
  await before(workflow);
  faults.crashAt(crash.at, crash.mode);
  await work(workflow).catch(() => {});
  faults.revive();
  await warden.pass(601_000);
  const { status, json } = await warden.read(workflow, 'a');
  if (status === 404) return;
  expect(json.state).not.toBe('waiting');
  const told = await warden.notifications(workflow);
  expect(told.flatMap(({ items }) => items.map(({ attempt }) => attempt))).toContain(json.attempt);
}

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  test('ends as if nothing had happened, stopped before or after any of its calls (P1–P4)', async () => {
    const calls = await run(scenario);
    expect(calls.length).toBeGreaterThan(0);
    for (const at of calls.keys()) {
      for (const mode of ['before', 'after'] as const) await run(scenario, { kind: 'crash', at, mode });
    }
  });

  test('ends the same when the reply to any of its calls is lost and the call repeated (P3, P4)', async () => {
    const calls = await run(scenario);
    for (const at of calls.keys()) await run(scenario, { kind: 'lost reply', at });
  });
});

const ofCallers = Object.entries(scenarios).filter(([, { comesAgain }]) => !comesAgain);

describe.each(ofCallers)('%s', (_, scenario) => {
  test('leaves nothing unnoticed when its caller never comes back (P1)', async () => {
    const calls = await run(scenario);
    for (const at of calls.keys()) {
      for (const mode of ['before', 'after'] as const) await abandon(scenario, { at, mode });
    }
  });
});
