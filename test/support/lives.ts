import { expect } from 'vitest';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Reply } from './request-in-process.ts';
import type { EmbeddedWarden } from './warden.ts';

export type Run = 'r1' | 'r2';
export type Request = { run: Run } & (
  | { op: 'register'; timeout: number; restart: boolean }
  | { op: 'step'; step: string }
  | { op: 'progress'; progress: number }
  | { op: 'heartbeat'; timeout: number }
  | { op: 'fail' }
  | { op: 'complete' }
);
export type Action =
  | { kind: 'request'; request: Request; inBatch: boolean }
  | { kind: 'repeat'; which: number; inBatch: boolean }
  | { kind: 'wait'; ms: number; timers: boolean };

/** How long progress may stay the same. */
const stuckAfterMs = 4_000;

/** A time in which an attempt reported the same progress. */
interface Standstill {
  attempt: number;
  progress: number;
  from: number;
  to: number;
}

interface Open {
  state: 'waiting' | 'overdue' | 'failed';
  run: Run;
  attempt: number;
  deadline: number;
  steps: string[];
  standstill?: Standstill;
}
interface Completed {
  state: 'completed';
  run: Run;
  attempt: number;
  reply: unknown;
  expiresAt: number;
}

/** Two runs of an item, and the expected reply to every request about them, given the replies so far. */
export class Lives {
  readonly workflow: string;
  readonly requests: Request[] = [];
  readonly events: ItemEvent[] = [];
  /** Attempts whose completion was acknowledged before their deadline, or before they were registered. */
  readonly onTime = new Set<number>();
  item: Open | Completed | undefined;
  /** Runs that another run replaced. */
  past: Run[] = [];
  readonly standstills: Standstill[] = [];
  readonly #warden: EmbeddedWarden;
  readonly #keptMs: number;

  /** @param keptMs how long receipts are kept, in whole seconds */
  constructor(warden: EmbeddedWarden, keptMs: number) {
    this.#warden = warden;
    this.#keptMs = keptMs;
    this.workflow = warden.newWorkflow();
  }

  async begin(): Promise<void> {
    const body = { receipts: this.#keptMs / 1000, stuckAfter: stuckAfterMs / 1000 };
    expect((await this.#warden.request('PUT', `/v1/workflows/${this.workflow}`, { body })).status).toBe(201);
  }

  async do(action: Action): Promise<void> {
    if (action.kind === 'wait') {
      this.#warden.clock.advance(action.ms);
      if (action.timers) await this.#warden.settle();
    } else if (action.kind === 'request') {
      this.requests.push(action.request);
      await this.send(action.request, action.inBatch);
    } else {
      const again = this.requests[action.which % this.requests.length];
      if (again) await this.send(again, action.inBatch);
    }
    await this.see();
  }

  /** Sends the request, and checks that the reply is the expected one. */
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
        // P4: a repeat has the reply of the first.
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

  /** The expected reply to a registration. Changes the model like the item. */
  registered({ run, restart, timeout }: Extract<Request, { op: 'register' }>) {
    const { item } = this;
    if (this.past.includes(run) || (item?.state === 'completed' && item.run === run)) {
      return { status: 200, outcome: 'completed', attempt: item?.attempt };
    }
    const isBreached = item?.state === 'overdue' || item?.state === 'failed';
    if (item?.run === run && (item.state === 'waiting' || (isBreached && !restart))) {
      return { status: 200, outcome: 'unchanged', attempt: item.attempt };
    }
    if (item?.state === 'waiting' && !restart) return { status: 409 };
    if (item && item.run !== run) this.past.push(item.run);
    const attempt = (item?.attempt ?? 0) + 1;
    const deadline = this.#warden.clock.now() + timeout * 1000;
    this.item = { state: 'waiting', run, attempt, deadline, steps: [] };
    return item && item.state !== 'completed'
      ? { status: 200, outcome: 'restarted', attempt }
      : { status: 201, outcome: 'created', attempt };
  }

  /** The expected reply to a completion. Changes the model like the item. */
  completed(run: Run, reply: unknown) {
    const { item } = this;
    const now = this.#warden.clock.now();
    const expiresAt = Math.floor((now + this.#keptMs) / 1000) * 1000;
    if (item && item.state !== 'completed') {
      if (item.run !== run) return { status: 412 };
      const { attempt } = item;
      const isOnTime = item.state === 'waiting' && now <= item.deadline;
      if (isOnTime) this.onTime.add(attempt);
      this.item = { state: 'completed', run, attempt, reply, expiresAt };
      const isLate = item.state === 'overdue' || now > item.deadline;
      return { status: 200, outcome: isOnTime ? 'on-time' : isLate ? 'late' : 'recovered', attempt };
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

  /** The status that the reply to a step, heartbeat or failure must have. Changes the model like the item. */
  progressed(one: Exclude<Request, { op: 'register' | 'complete' }>): number {
    const { item } = this;
    if (!item) return 404;
    if (item.run !== one.run) return 412;
    if (item.state === 'completed') return 409;
    if (one.op === 'heartbeat') {
      if (item.state !== 'waiting') return 409;
      item.deadline = this.#warden.clock.now() + one.timeout * 1000;
    } else if (one.op === 'fail') {
      item.state = 'failed';
    } else if (one.op === 'progress') {
      if (item.standstill?.progress !== one.progress) this.moves(item, one.progress);
    } else if (!item.steps.includes(one.step)) {
      item.steps.push(one.step);
      if (item.standstill) this.moves(item, item.standstill.progress);
    }
    return 200;
  }

  /** The item progresses: from now on it stays at this value. */
  moves(item: Open, progress: number): void {
    const from = this.#warden.clock.now();
    if (item.standstill) item.standstill.to = from;
    item.standstill = { attempt: item.attempt, progress, from, to: Number.POSITIVE_INFINITY };
    this.standstills.push(item.standstill);
  }

  alone({ run, ...one }: Request): Promise<Reply> {
    const path = this.#warden.itemPath(this.workflow, 'a');
    if (one.op === 'register') {
      const { timeout, restart } = one;
      return this.#warden.request('PUT', path, { body: { timeout, restart, run } });
    }
    if (one.op === 'complete') return this.#warden.request('DELETE', `${path}&run=${run}`);
    return this.#warden.request('PATCH', `${path}&run=${run}`, { body: changeOf(one) });
  }

  async inBatch({ run, ...one }: Request): Promise<Pick<Reply, 'status' | 'json'>> {
    const { op, ...more } =
      one.op === 'register' || one.op === 'complete' ? one : { op: 'progress', ...changeOf(one) };
    const body = { operations: [{ op, item: 'a', run, ...more }] };
    const { json } = await this.#warden.request('POST', `/v1/workflows/${this.workflow}/batch`, { body });
    const { status, ...reply } = json.results[0];
    return { status, json: reply };
  }

  /** Records the changes that happened without a request, and checks that they were allowed. */
  async see(): Promise<void> {
    const now = this.#warden.clock.now();
    if (this.item?.state === 'completed' && this.item.expiresAt <= now) {
      this.item = undefined;
      this.past = [];
    }
    const stored = await this.#warden.aws.service.items.read(this.workflow, 'a');
    if (stored?.state === 'overdue' && this.item?.state === 'waiting') {
      // P2: only past the deadline that callers know.
      expect(now).toBeGreaterThanOrEqual(this.item.deadline);
      this.item.state = 'overdue';
    }
    const { state, run, attempt } = this.item ?? {};
    expect({ state: stored?.state, run: stored?.run, attempt: stored?.attempt }).toEqual({
      state,
      run,
      attempt,
    });
    const events = await this.#warden.events(this.workflow);
    this.events.push(...events);
    for (const event of events) if (event.event === 'item.stuck') this.expectStuck(event);
  }

  /** P2: only an item whose progress stayed the same for as long as allowed is stuck. P3: people are warned once. */
  expectStuck({ id, attempt, progress, progressedAt = '', at }: ItemEvent): void {
    const from = Date.parse(progressedAt);
    // The last one: a step in the same millisecond as the progress ends one standstill and begins another.
    const known = this.standstills.findLast(
      (one) => one.attempt === attempt && one.progress === progress && one.from === from,
    );
    expect(known).toBeDefined();
    expect(Date.parse(at)).toBeGreaterThanOrEqual(from + stuckAfterMs);
    expect(Date.parse(at)).toBeLessThanOrEqual(known?.to ?? 0);
    expect(this.events.filter((other) => other.id === id)).toHaveLength(1);
  }

  /** Sends every request again, in another order, until no reply can change any more. */
  async repeatAll(orders: readonly number[][]): Promise<void> {
    for (const order of orders) {
      const keys = new Map(this.requests.map((one, index) => [one, order[index] ?? 0]));
      for (const one of this.requests.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))) {
        await this.send(one);
      }
    }
  }

  /** An item is still open only if nobody has ever completed it. */
  expectEnded(): void {
    const completed = this.requests.filter(({ op }) => op === 'complete').map((one) => one.run);
    const { item } = this;
    if (item && item.state !== 'completed') expect(completed).not.toContain(item.run);
  }

  /** P1: open items are noticed in the end. */
  async end(): Promise<void> {
    await this.#warden.pass(60_000);
    await this.see();
    expect(this.item?.state).not.toBe('waiting');
    const ended = this.events.filter(({ event }) => event === 'item.overdue' || event === 'item.failed');
    if (this.item && this.item.state !== 'completed') {
      expect(ended.map(({ attempt }) => attempt)).toContain(this.item.attempt);
    }
  }

  /** P2: an item that was completed on time is never reported. */
  expectNoFalseAlarm(): void {
    const wrong = this.events.filter(
      ({ attempt, event }) => event !== 'item.stuck' && this.onTime.has(attempt),
    );
    expect(wrong.map(({ event, attempt }) => `${event} ${attempt}`)).toEqual([]);
  }
}

type Change =
  | { op: 'step'; step: string }
  | { op: 'progress'; progress: number }
  | { op: 'heartbeat'; timeout: number }
  | { op: 'fail' };

function changeOf(one: Change) {
  if (one.op === 'fail') return { failed: { reason: 'x' } };
  if (one.op === 'progress') return { progress: one.progress };
  return one.op === 'step' ? { step: one.step } : { timeout: one.timeout };
}
