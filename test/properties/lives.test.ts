import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import { sized } from '../support/sized.ts';
import { type EmbeddedWarden, type Reply, startWarden } from '../support/warden.ts';

/*
 * Registrations, steps, heartbeats, failures and completions of two runs of one item, in any order, alone or in a batch, each
 * as often as it comes, with time moved by hand between them and timers in time, late or held. What every reply must be follows
 * from a model of what callers were answered so far; P1, P2 and P4 are checked against that.
 */

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden({ jitterMs: 3_000 });
});
afterAll(() => warden.close());

type Run = 'r1' | 'r2';
type Request = { run: Run } & (
  | { op: 'register'; timeout: number; restart: boolean }
  | { op: 'step'; step: string }
  | { op: 'heartbeat'; timeout: number }
  | { op: 'fail' }
  | { op: 'complete' }
);
type Action =
  | { kind: 'request'; request: Request; inBatch: boolean }
  | { kind: 'repeat'; which: number; inBatch: boolean }
  | { kind: 'wait'; ms: number; timers: boolean };

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

interface Open {
  state: 'waiting' | 'overdue' | 'failed';
  run: Run;
  attempt: number;
  deadline: number;
  steps: string[];
}
interface Completed {
  state: 'completed';
  run: Run;
  attempt: number;
  reply: unknown;
  expiresAt: number;
}

class Lives {
  readonly workflow = warden.newWorkflow();
  readonly requests: Request[] = [];
  readonly events: ItemEvent[] = [];
  /** Attempts whose completion was acknowledged before their deadline, or before they were registered. */
  readonly onTime = new Set<number>();
  item: Open | Completed | undefined;
  /** Runs that another took the place of. */
  past: Run[] = [];
  readonly #keptMs: number;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  async begin(): Promise<void> {
    const body = { receipts: this.#keptMs / 1000 };
    expect((await warden.request('PUT', `/v1/workflows/${this.workflow}`, { body })).status).toBe(201);
  }

  async do(action: Action): Promise<void> {
    if (action.kind === 'wait') {
      warden.clock.advance(action.ms);
      if (action.timers) await warden.settle();
    } else if (action.kind === 'request') {
      this.requests.push(action.request);
      await this.send(action.request, action.inBatch);
    } else {
      const again = this.requests[action.which % this.requests.length];
      if (again) await this.send(again, action.inBatch);
    }
    await this.see();
  }

  /** Sends it, and sees that the answer is what it must be. */
  async send(one: Request, inBatch = false): Promise<void> {
    await this.see();
    const { status, json } = await (inBatch ? this.inBatch(one) : this.alone(one));
    const seen = { status, ...(status < 300 && { outcome: json.outcome, attempt: json.attempt }) };
    switch (one.op) {
      case 'register':
        expect(seen).toEqual(this.registered(one));
        break;
      case 'complete': {
        const before = this.item;
        expect(seen).toEqual(this.completed(one.run, json));
        // P4: a repeat is answered as the first was.
        if (before?.state === 'completed' && before.run === one.run) expect(json).toEqual(before.reply);
        break;
      }
      default:
        expect(status).toBe(this.progressed(one));
        // P4: a late repeat of a step does not set the item back.
        if (status === 200 && this.item?.state !== 'completed') {
          expect(json.step).toBe(this.item?.steps.at(-1));
        }
    }
  }

  /** What the answer to a registration must be. Changes the model as it does the item. */
  registered({ run, restart, timeout }: Extract<Request, { op: 'register' }>) {
    const { item } = this;
    if (this.past.includes(run) || (item?.state === 'completed' && item.run === run)) {
      return { status: 200, outcome: 'completed', attempt: item?.attempt };
    }
    if (item?.state === 'waiting' && item.run === run) {
      return { status: 200, outcome: 'unchanged', attempt: item.attempt };
    }
    if (item?.state === 'waiting' && !restart) return { status: 409 };
    if (item && item.run !== run) this.past.push(item.run);
    const attempt = (item?.attempt ?? 0) + 1;
    const deadline = warden.clock.now() + timeout * 1000;
    this.item = { state: 'waiting', run, attempt, deadline, steps: [] };
    return item && item.state !== 'completed'
      ? { status: 200, outcome: 'restarted', attempt }
      : { status: 201, outcome: 'created', attempt };
  }

  /** What the answer to a completion must be. Changes the model as it does the item. */
  completed(run: Run, reply: unknown) {
    const { item } = this;
    const now = warden.clock.now();
    const expiresAt = Math.floor((now + this.#keptMs) / 1000) * 1000;
    if (item && item.state !== 'completed') {
      if (item.run !== run) return { status: 412 };
      const { attempt } = item;
      const isOnTime = item.state === 'waiting' && now <= item.deadline;
      if (isOnTime) this.onTime.add(attempt);
      this.item = { state: 'completed', run, attempt, reply, expiresAt };
      return { status: 200, outcome: isOnTime ? 'on-time' : 'late', attempt };
    }
    if (item?.run === run) {
      return { status: 200, outcome: (item.reply as { outcome: string }).outcome, attempt: item.attempt };
    }
    if (this.past.includes(run)) return { status: 412 };
    if (item) this.past.push(item.run);
    const attempt = (item?.attempt ?? 0) + 1;
    this.onTime.add(attempt);
    this.item = { state: 'completed', run, attempt, reply, expiresAt };
    return { status: 200, outcome: 'early', attempt };
  }

  /** The status that a step, heartbeat or failure must be answered with. Changes the model as it does the item. */
  progressed(one: Exclude<Request, { op: 'register' | 'complete' }>): number {
    const { item } = this;
    if (!item) return 404;
    if (item.run !== one.run) return 412;
    if (item.state === 'completed') return 409;
    if (one.op === 'heartbeat') {
      if (item.state !== 'waiting') return 409;
      item.deadline = warden.clock.now() + one.timeout * 1000;
    } else if (one.op === 'fail') {
      item.state = 'failed';
    } else if (!item.steps.includes(one.step)) {
      item.steps.push(one.step);
    }
    return 200;
  }

  alone({ run, ...one }: Request): Promise<Reply> {
    const path = warden.itemPath(this.workflow, 'a');
    if (one.op === 'register') {
      const { timeout, restart } = one;
      return warden.request('PUT', path, { body: { timeout, restart, run } });
    }
    if (one.op === 'complete') return warden.request('DELETE', `${path}&run=${run}`);
    return warden.request('PATCH', `${path}&run=${run}`, { body: changeOf(one) });
  }

  async inBatch({ run, ...one }: Request): Promise<Pick<Reply, 'status' | 'json'>> {
    const { op, ...more } =
      one.op === 'register' || one.op === 'complete' ? one : { op: 'progress', ...changeOf(one) };
    const body = { operations: [{ op, item: 'a', run, ...more }] };
    const { json } = await warden.request('POST', `/v1/workflows/${this.workflow}/batch`, { body });
    const { status, ...reply } = json.results[0];
    return { status, json: reply };
  }

  /** Sees what has happened of itself, and whether it was allowed to. */
  async see(): Promise<void> {
    const now = warden.clock.now();
    if (this.item?.state === 'completed' && this.item.expiresAt <= now) {
      this.item = undefined;
      this.past = [];
    }
    const stored = await warden.aws.service.items.read(this.workflow, 'a');
    if (stored?.state === 'overdue' && this.item?.state === 'waiting') {
      // P2: only past the deadline that callers know of.
      expect(now).toBeGreaterThanOrEqual(this.item.deadline);
      this.item.state = 'overdue';
    }
    const { state, run, attempt } = this.item ?? {};
    expect({ state: stored?.state, run: stored?.run, attempt: stored?.attempt }).toEqual({
      state,
      run,
      attempt,
    });
    this.events.push(...(await warden.events(this.workflow)));
  }

  /** Sends every request again, in an order of its own, until nothing that is answered can change any more. */
  async repeatAll(orders: readonly number[][]): Promise<void> {
    for (const order of orders) {
      const keys = new Map(this.requests.map((one, index) => [one, order[index] ?? 0]));
      for (const one of this.requests.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))) {
        await this.send(one);
      }
    }
  }

  /** What is open still is so as nobody has ever completed it. */
  expectEnded(): void {
    const completed = this.requests.filter(({ op }) => op === 'complete').map((one) => one.run);
    const { item } = this;
    if (item && item.state !== 'completed') expect(completed).not.toContain(item.run);
  }

  /** P1: what is open is noticed in the end. */
  async end(): Promise<void> {
    await warden.pass(60_000);
    await this.see();
    expect(this.item?.state).not.toBe('waiting');
    const ended = this.events.filter(({ event }) => event === 'item.overdue' || event === 'item.failed');
    if (this.item && this.item.state !== 'completed') {
      expect(ended.map(({ attempt }) => attempt)).toContain(this.item.attempt);
    }
  }

  /** P2: nothing that was completed on time is ever reported. */
  expectNoFalseAlarm(): void {
    const wrong = this.events.filter(({ attempt }) => this.onTime.has(attempt));
    expect(wrong.map(({ event, attempt }) => `${event} ${attempt}`)).toEqual([]);
  }
}

function changeOf(one: { op: 'step'; step: string } | { op: 'heartbeat'; timeout: number } | { op: 'fail' }) {
  if (one.op === 'fail') return { failed: { reason: 'x' } };
  return one.op === 'step' ? { step: one.step } : { timeout: one.timeout };
}

const orders = fc.array(fc.array(fc.integer(), { minLength: 25, maxLength: 25 }), {
  minLength: 3,
  maxLength: 3,
});

test('over two lives no watch is left that nobody ends, no completion is lost, and repeats are answered as the first (P1, P2, P4)', async () => {
  await fc.assert(
    fc.asyncProperty(actions(9_000), orders, async (all, ways) => {
      const lives = new Lives(3_600_000);
      await lives.begin();
      for (const action of all) await lives.do(action);
      await lives.repeatAll(ways);
      lives.expectEnded();
      await lives.end();
      lives.expectNoFalseAlarm();
    }),
    { numRuns: sized(80, 1_500) },
  );
});

test('receipts expire to the second, whatever comes meanwhile, and what comes after that begins anew (P1, P4)', async () => {
  await fc.assert(
    fc.asyncProperty(actions(90_000), async (all) => {
      const lives = new Lives(60_000);
      await lives.begin();
      for (const action of all) await lives.do(action);
      await lives.end();
    }),
    { numRuns: sized(80, 1_500) },
  );
});
