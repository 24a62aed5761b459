import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { startWarden } from '../support/start-warden.ts';
import { sweepOne, untold } from '../support/sweep-one.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/*
 * Random lives of one item: registered, progressed, extended, failed, completed, restarted, with startBy and warnings,
 * its timers delivered on time, late, twice or late by a while, swept now and then, with time moved by hand. The
 * replies are recorded, and P1–P4 are checked with them after every step and at the end.
 */

let warden: EmbeddedWarden;
beforeAll(async () => {
  // Timers fire up to 3 s early or late, so that nothing relies on their being exact.
  warden = await startWarden({ jitterMs: 3_000 });
  knowEmptyQueues(warden);
});
afterAll(() => warden.close());

type Action =
  | { kind: 'register'; timeout: number; restart: boolean; startBy: number; warnAfter: number }
  | { kind: 'step'; step: string }
  | { kind: 'deadline'; timeout: number }
  | { kind: 'fail' }
  | { kind: 'complete' }
  | { kind: 'wait'; ms: number; timers: 'delivered' | 'held' }
  | { kind: 'repeat an old timer'; which: number }
  | { kind: 'sweep' };

const timeout = fc.integer({ min: 1, max: 20 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('register' as const),
      timeout,
      restart: fc.boolean(),
      // Requested if they come before the deadline.
      startBy: fc.integer({ min: 1, max: 40 }),
      warnAfter: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('step' as const), step: fc.constantFrom('a', 'b') }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deadline' as const), timeout }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('complete' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 1, max: 9_000 }),
      timers: fc.constantFrom('delivered' as const, 'held' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('repeat an old timer' as const), which: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
);

interface Attempt {
  deadline: number;
  startBy?: number;
  stepped?: boolean;
  /** When the deadline was set, and how long after that people are warned. */
  setAt: number;
  warnAfter?: number;
  ended?: 'completed' | 'overdue' | 'not-started' | 'failed' | 'restarted';
  /** It was found without a step by startBy. */
  notStarted?: boolean;
  /** It was found past its deadline. */
  wasOverdue?: boolean;
  /** It was reported: it failed, was overdue or not started. */
  reported?: boolean;
  /** Completed before its deadline. */
  onTime?: boolean;
  /** Completed after it was overdue or had failed. */
  late?: boolean;
}

class Life {
  readonly workflow = warden.newWorkflow();
  /** The replies, by attempt over all lives of the item. */
  readonly attempts = new Map<string, Attempt>();
  readonly timers: string[] = [];
  readonly told: Notification[] = [];
  readonly events: ItemEvent[] = [];
  current: string | undefined;
  /** The reply to the completion of the last life, until the next one begins. */
  completed: { attempt: number } | undefined;

  get open(): Attempt | undefined {
    return this.current === undefined ? undefined : this.attempts.get(this.current);
  }

  /** The reply to a change that needs an open item. */
  get statusOfChange(): number {
    if (this.open) return 200;
    return this.completed ? 409 : 404;
  }

  async do(next: Action): Promise<void> {
    const now = warden.clock.now();
    switch (next.kind) {
      case 'register': {
        const before = this.open;
        const { timeout, restart, startBy, warnAfter } = next;
        const watched = {
          ...(startBy < timeout && { startBy }),
          ...(warnAfter < timeout && { warnAfter }),
        };
        const body = { timeout, restart, ...watched };
        const { status, json } = await warden.register(this.workflow, 'a', body);
        expect(status).toBe(before ? 200 : 201);
        if (json.outcome === 'unchanged') {
          // P4: registering a waiting item again never moves its deadline.
          expect(Date.parse(json.deadline)).toBe(before?.deadline);
        } else {
          if (before) before.ended ??= 'restarted';
          // Attempts continue over lives, so that no two lives share an ETag.
          if (!before) expect(json.attempt).toBe((this.completed?.attempt ?? 0) + 1);
          this.completed = undefined;
          const key = `${json.startedAt}${json.attempt}`;
          this.current = key;
          this.attempts.set(key, {
            deadline: now + timeout * 1000,
            setAt: now,
            ...(startBy < timeout && { startBy: now + startBy * 1000 }),
            ...(warnAfter < timeout && { warnAfter: warnAfter * 1000 }),
          });
        }
        break;
      }
      case 'step':
        expect((await warden.progress(this.workflow, 'a', { step: next.step })).status).toBe(
          this.statusOfChange,
        );
        if (this.open?.ended === 'not-started') {
          // It waits for its deadline again, or is overdue.
          if (now < this.open.deadline) delete this.open.ended;
          else this.open.ended = 'overdue';
        }
        if (this.open) this.open.stepped = true;
        break;
      case 'deadline': {
        const { status } = await warden.progress(this.workflow, 'a', { timeout: next.timeout });
        expect(status).toBe(this.open?.ended ? 409 : this.statusOfChange);
        if (status === 200 && this.open) {
          this.open.deadline = now + next.timeout * 1000;
          this.open.setAt = now;
        }
        break;
      }
      case 'fail': {
        const { status } = await warden.progress(this.workflow, 'a', { failed: { reason: 'x' } });
        expect(status).toBe(this.statusOfChange);
        if (this.open) {
          this.open.ended = 'failed';
          this.open.reported = true;
        }
        break;
      }
      case 'complete': {
        const { status, json } = await warden.complete(this.workflow, 'a');
        expect(status).toBe(this.open || this.completed ? 200 : 404);
        // P4: a repeat has the reply of the first.
        if (this.completed) expect(json).toEqual(this.completed);
        if (!this.open) break;
        this.completed = json;
        const { ended, reported, wasOverdue, deadline } = this.open;
        const isLate = wasOverdue === true || now > deadline;
        expect(json.outcome).toBe(isLate ? 'late' : reported ? 'recovered' : 'on-time');
        this.open.onTime = !isLate && !reported;
        this.open.late = isLate && ended !== undefined;
        this.open.ended ??= 'completed';
        this.current = undefined;
        break;
      }
      case 'wait':
        warden.clock.advance(next.ms);
        if (next.timers === 'delivered') await warden.settle();
        break;
      case 'repeat an old timer': {
        const timer = this.timers[next.which % this.timers.length];
        if (timer) await this.deliver(timer);
        break;
      }
      case 'sweep':
        await sweepOne(warden, this.workflow);
        break;
    }
    await this.check();
  }

  async deliver(timer: string): Promise<void> {
    const body = JSON.stringify({
      workflow: this.workflow,
      item: 'a',
      timer,
      armedAt: '2026-01-01T00:00:00.000Z',
    });
    const reply = await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
    expect(reply.batchItemFailures).toEqual([]);
  }

  /** Records what has happened, and checks that it was allowed. */
  async check(): Promise<void> {
    const now = warden.clock.now();
    const record = await warden.aws.service.items.readOpen(this.workflow, 'a');
    if (record && !this.timers.includes(record.timer)) this.timers.push(record.timer);
    expect(record !== undefined).toBe(this.open !== undefined);
    if (record && this.open) {
      expect(record.startedAt + record.attempt).toBe(this.current);
      expect(Date.parse(record.deadline)).toBe(this.open.deadline);
      if (record.state === 'overdue' && this.open.ended === undefined) {
        // P2: only past the deadline that callers know, or without a step past startBy.
        const { deadline, startBy, stepped } = this.open;
        expect(now).toBeGreaterThanOrEqual(stepped ? deadline : Math.min(deadline, startBy ?? deadline));
        expect(record.neverStarted).toBe(now < deadline ? true : undefined);
        this.open.ended = record.neverStarted ? 'not-started' : 'overdue';
        this.open.reported = true;
        if (record.neverStarted) this.open.notStarted = true;
        else this.open.wasOverdue = true;
      } else if (this.open.ended === 'not-started' && !record.neverStarted) {
        // P1: it is overdue too, once its deadline has passed.
        expect(now).toBeGreaterThanOrEqual(this.open.deadline);
        this.open.ended = 'overdue';
      }
      const { ended } = this.open;
      expect(record.state).toBe(ended === 'not-started' ? 'overdue' : (ended ?? 'waiting'));
    }
    this.told.push(...(await warden.notifications(this.workflow)));
    for (const event of await warden.events(this.workflow)) {
      this.events.push(event);
      const attempt = this.attempts.get(event.startedAt + event.attempt);
      expect(attempt?.deadline).toBe(Date.parse(event.deadline));
      if (event.event === 'item.warned') {
        // Late, but not yet overdue.
        const { setAt = 0, warnAfter = Number.NaN, deadline = 0 } = attempt ?? {};
        expect(Date.parse(event.at)).toBeGreaterThanOrEqual(setAt + warnAfter);
        expect(Date.parse(event.at)).toBeLessThan(deadline);
      } else if (event.event === 'item.not-started') {
        expect(attempt?.notStarted).toBe(true);
      } else if (event.event === 'item.recovered') {
        expect(attempt?.reported).toBe(true);
      } else {
        // P2: an item that was completed on time, or that still waits, is never reported.
        expect(attempt?.onTime ?? false).toBe(false);
        expect(['overdue', 'failed']).toContain(attempt?.ended);
      }
    }
  }

  /** P1 and P3: every breached attempt was published, at most once each as overdue, failed and late. */
  async end(): Promise<void> {
    await this.do({ kind: 'wait', ms: 60_000, timers: 'delivered' });
    expect(this.open?.ended).not.toBe(this.open ? undefined : 'nothing');
    const ids = this.events.map(({ id }) => id);
    expect(ids.length).toBe(new Set(ids).size);
    const ends = this.events.filter(({ event }) => event !== 'item.warned');
    const tellings = ends.map(({ event, startedAt, attempt }) => `${event} ${startedAt}${attempt}`);
    expect(tellings.length).toBe(new Set(tellings).size);
    for (const [key, { ended, late, notStarted }] of this.attempts) {
      if (notStarted) expect(tellings).toContain(`item.not-started ${key}`);
      if (ended === 'overdue' || ended === 'failed') expect(tellings).toContain(`item.${ended} ${key}`);
      expect(tellings.includes(`item.late ${key}`)).toBe(late ?? false);
    }

    // People were notified of every incident, after a sweep at the latest, and at last of its end.
    await this.do({ kind: 'sweep' });
    expect(untold(this.events, this.told)).toEqual([]);
    if (this.open) await this.do({ kind: 'complete' });
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      await this.do({ kind: 'wait', ms: 60_000, timers: 'delivered' });
      await this.do({ kind: 'sweep' });
    }
    for (const kind of ['overdue', 'not-started'] as const) {
      expect(await warden.aws.service.incidents.open.read(this.workflow, kind)).toBeUndefined();
    }
    const kinds = Map.groupBy(this.told, ({ incident }) => incident);
    for (const [incident, told] of kinds) {
      const ids = told.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(id).toMatch(new RegExp(`^${incident}\\.`));
      expect(told[0]?.event).toBe('opened');
      if (told[0]?.kind !== 'warning') expect(told.at(-1)?.event).toBe('resolved');
      // P6: an update comes a minute after the notification before it at the earliest.
      for (const [index, { event, at }] of told.entries()) {
        const since = Date.parse(at) - Date.parse(told[index - 1]?.at ?? '');
        if (event === 'updated') expect(since).toBeGreaterThanOrEqual(60_000);
      }
    }
  }
}

test('P1–P4 hold over random lives of an item', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), async (actions) => {
      const life = new Life();
      for (const next of actions) await life.do(next);
      await life.end();
    }),
    { numRuns: 30 },
  );
});
