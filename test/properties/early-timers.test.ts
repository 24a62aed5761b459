import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Calls, isRepeatedRead } from '../support/calls.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { Faults } from '../support/faults.ts';
import { type Scenario, scenarios } from '../support/scenarios.ts';
import { startWarden } from '../support/start-warden.ts';
import { endsOf, sweepOne, untold } from '../support/sweep-one.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/*
 * A timer may fire before its item is written, because the write is slow or the timer early. Here timers fire as soon
 * as they are armed, right before each call of an operation.
 */

let warden: EmbeddedWarden;
let faults: Faults;
let early = false;
beforeAll(async () => {
  warden = await startWarden({ jitterMs: 3_600_000, random: () => (early ? 0 : 0.5) });
  knowEmptyQueues(warden);
  faults = new Faults(warden);
});
afterAll(() => warden.close());

async function fireAll(): Promise<void> {
  await warden.embedded.emulator.fireDue();
  // The timers that are armed now fire in time.
  early = false;
  await warden.eventSource.pollOnce();
}

/** Does the work; before its call `at`, if any, all timers fire. Returns all calls. */
async function fireBefore({ before, work }: Scenario, at: number): Promise<Calls> {
  const workflow = warden.newWorkflow();
  faults.revive();
  await before(warden, workflow);
  let fired = false;
  faults.interleave(at, async () => {
    fired = true;
    await fireAll();
  });
  early = true;
  await work(warden, workflow);
  early = false;
  const { calls, inputs } = faults;
  expect(fired).toBe(at >= 0);
  faults.revive();

  await warden.pass(700_000);
  const { status, json } = await warden.read(workflow, 'a');
  expect(status).toBe(200);
  if (json.state !== 'completed') {
    expect(json.state).not.toBe('waiting');
    const told = endsOf(await warden.events(workflow));
    expect(told.map(({ attempt }) => attempt)).toContain(json.attempt);
    await sweepOne(warden, workflow);
    expect(untold(told, await warden.notifications(workflow))).toEqual([]);
  }
  return { calls, inputs };
}

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  test('leaves no item unwatched if its timers fire at once (P1)', async () => {
    const alone = await fireBefore(scenario, -1);
    expect(alone.calls.length).toBeGreaterThan(0);
    for (const at of alone.calls.keys()) {
      if (!isRepeatedRead(alone, at)) await fireBefore(scenario, at);
    }
  });
});
