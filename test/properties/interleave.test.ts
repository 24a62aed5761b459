import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Calls, isRepeatedRead } from '../support/calls.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { Faults } from '../support/faults.ts';
import { startMemoryWarden } from '../support/start-warden.ts';
import { endsOf, sweepOne, untold } from '../support/sweep-one.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

/*
 * Two operations on one item at once: one is held before each of its calls to AWS in turn, while another runs from
 * beginning to end. In every order, the replies must be true afterwards.
 */

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startMemoryWarden();
  knowEmptyQueues(warden);
  faults = new Faults(warden);
});
afterAll(() => warden.close());

/** The part of an operation's reply that must stay true. */
interface Notified {
  completedOnTime?: number;
  /** The current attempt. */
  attempt?: number;
  step?: string;
}

type Work = (workflow: string) => Promise<Notified>;

const progress =
  (body: object): Work =>
  async (workflow) => {
    const { status, json } = await warden.progress(workflow, 'a', body);
    expect([200, 404, 409]).toContain(status);
    return status === 200 ? { attempt: json.attempt, step: json.step } : {};
  };

const register =
  (body: object): Work =>
  async (workflow) => {
    const { status, json } = await warden.register(workflow, 'a', body);
    expect([200, 201]).toContain(status);
    return { attempt: json.attempt };
  };

const operations: Record<string, Work> = {
  'a repeated registration': register({ timeout: 60 }),
  'a restart': register({ timeout: 60, restart: true }),
  'a later deadline': progress({ timeout: 120 }),
  'a deadline as soon as can be': progress({ timeout: 1 }),
  'a step': progress({ step: 'copied' }),
  'a failure': progress({ failed: { reason: 'x' } }),
  'a completion': async (workflow) => {
    const { status, json } = await warden.complete(workflow, 'a');
    expect([200, 404]).toContain(status);
    return json.outcome === 'on-time' ? { completedOnTime: json.attempt } : {};
  },
  'its timer': async (workflow) => {
    const seen = await warden.aws.service.items.readOpen(workflow, 'a');
    const body = JSON.stringify({ workflow, item: 'a', timer: seen?.timer ?? 'gone', armedAt: longAgo });
    const { batchItemFailures } = await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
    expect(batchItemFailures).toEqual([]);
    return {};
  },
};

const completed = (told: readonly Notified[]) =>
  told.some(({ completedOnTime }) => completedOnTime !== undefined);

/** Runs the first, with the second, if any, right before its call `at`. Returns all calls. */
async function meet(first: Work, second?: Work, at = 0): Promise<Calls> {
  const workflow = warden.newWorkflow();
  faults.revive();
  await warden.register(workflow, 'a', { timeout: 5 });
  // The moment at which an item may still be completed on time and may already go overdue.
  warden.clock.advance(5_000);
  const told: Notified[] = [];
  faults.revive();
  if (second) faults.interleave(at, async () => told.push(await second(workflow)));
  told.push(await first(workflow));
  const { calls, inputs } = faults;
  expect(told).toHaveLength(second ? 2 : 1);
  faults.revive();

  const reported = await warden.events(workflow);
  // P2: nothing is reported overdue before its deadline, nor for a deadline that was moved since.
  for (const { event, at, deadline } of reported)
    if (event === 'item.overdue') expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(deadline));
  for (const { completedOnTime } of told) {
    expect(reported.filter(({ attempt }) => attempt === completedOnTime)).toEqual([]);
  }
  const { status, json } = await warden.read(workflow, 'a');
  expect(status).toBe(200);
  const isCompleted = json.state === 'completed';
  for (const { attempt, step } of completed(told) ? [] : told) {
    // The other operation does not undo what was acknowledged.
    expect(json.attempt).toBeGreaterThanOrEqual(attempt ?? 1);
    const steps = json.steps?.map((reached: { step: string }) => reached.step);
    if (step && json.attempt === attempt && !isCompleted) expect(steps).toContain(step);
  }
  if (json.state === 'overdue') {
    expect(Date.parse(json.overdueAt)).toBeGreaterThanOrEqual(Date.parse(json.deadline));
    // P3: the function that marks the item overdue reports it.
    expect(endsOf(reported).map(({ attempt }) => attempt)).toContain(json.attempt);
  }

  // P1: an item that still exists is noticed in the end.
  await warden.pass(3_600_000);
  const end = await warden.read(workflow, 'a');
  expect(end.json.state).not.toBe('waiting');
  expect(end.json.state === 'completed').toBe(isCompleted);
  const events = [...reported, ...(await warden.events(workflow))];
  // P3: an attempt goes overdue once, fails once, and is completed late once. If it is published twice, it has the same
  // id.
  const count = (key: (one: (typeof events)[number]) => string) => new Set(events.map(key)).size;
  expect(count((one) => one.id)).toBe(count((one) => `${one.event}${one.startedAt}${one.attempt}`));
  if (!isCompleted) expect(endsOf(events).map(({ attempt }) => attempt)).toContain(end.json.attempt);
  // People are notified of the incident of every breach, by the sweep at the latest.
  const notifications = await warden.notifications(workflow);
  if (untold(events, notifications).length > 0) {
    await sweepOne(warden, workflow);
    notifications.push(...(await warden.notifications(workflow)));
  }
  expect(untold(events, notifications)).toEqual([]);
  return { calls, inputs };
}

describe.each(Object.entries(operations))('%s', (_, first) => {
  let calls: number[] = [];
  // Until it is interrupted it does what it does alone, so the second can be before each of these calls.
  beforeAll(async () => {
    const alone = await meet(first);
    calls = [...alone.calls.keys()].filter((at) => !isRepeatedRead(alone, at));
  });

  test.each(Object.entries(operations))('interrupted by %s', async (_, second) => {
    expect(calls.length).toBeGreaterThan(0);
    for (const at of calls) await meet(first, second, at);
  });
});
