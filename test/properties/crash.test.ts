import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../core/aws/items/keys.ts';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { itemsTable } from '../../local/names.ts';
import { type Calls, isRead, isRepeatedRead } from '../support/calls.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { type FaultMode, Faults } from '../support/faults.ts';
import { type Scenario, scenarios } from '../support/scenarios.ts';
import { startWarden } from '../support/start-warden.ts';
import { endsOf, sweepOne, untold } from '../support/sweep-one.ts';
import { tried, withFault } from '../support/tried-faults.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let faults: Faults;
beforeAll(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
  faults = new Faults(warden);
});
afterAll(() => warden.close());

type Fault = { kind: 'crash'; at: number; mode: FaultMode } | { kind: 'lost reply'; at: number };

/** Runs the work with a fault (or none), repeats it until it is done, and returns the calls of the first try. */
async function run({ before, work, end }: Scenario, fault?: Fault): Promise<Calls> {
  const workflow = warden.newWorkflow();
  faults.revive();
  // The number of workflows is known for half a minute: every run makes the same calls.
  warden.clock.advance(60_000);
  await before(warden, workflow);
  faults.revive();
  if (fault?.kind === 'crash') faults.crashAt(fault.at, fault.mode);
  if (fault?.kind === 'lost reply') faults.loseReplyAt(fault.at);
  const done = await work(warden, workflow).then(
    () => true,
    () => false,
  );
  const { calls, inputs, crashed } = faults;
  faults.revive();
  expect(crashed).toBe(fault?.kind === 'crash');
  // The client itself handles a lost reply: the code above it does not notice.
  if (fault?.kind === 'lost reply') expect(done).toBe(true);
  if (!done) await work(warden, workflow);

  const { status, json } = await warden.read(workflow, 'a');
  expect({ status, state: json.state, attempt: json.attempt }).toEqual({
    status: 200,
    state: end.state,
    attempt: end.attempt,
  });
  if (end.completion) await expectReceipt(workflow, end.completion);
  const told = await tellings(workflow);
  const ends = endsOf(told.events);
  expect([...new Set(ends.map(({ attempt }) => attempt))]).toEqual(end.told);
  // P3: every breach is published at least once, and a repeat has the same id.
  expect(new Set(ends.map(({ id }) => id)).size).toBe(end.reports ?? end.told.length);
  // The caller waits for a reply, so the sweep notifies people.
  warden.clock.advance(25_000);
  await expectPeopleTold(workflow, told);
  if (end.told.length === 0) expect(told.notifications).toEqual([]);

  // After every crash, a waiting item is noticed after its deadline (P1), and reported then.
  if (end.state !== 'waiting') return { calls, inputs };
  await warden.pass(601_000);
  expect((await warden.read(workflow, 'a')).json.state).toBe('overdue');
  const later = await tellings(workflow);
  expect(later.events).toMatchObject([{ event: 'item.overdue', attempt: end.attempt }]);
  await expectPeopleTold(workflow, later);
  expect(later.notifications.flatMap(({ items }) => items.map(({ attempt }) => attempt))).toContain(
    end.attempt,
  );
  return { calls, inputs };
}

/** Runs the work with a crash, without a repeat: every item that exists must be noticed and reported nevertheless. */
async function abandon({ before, work }: Scenario, crash: { at: number; mode: FaultMode }): Promise<void> {
  const workflow = warden.newWorkflow();
  faults.revive();
  await before(warden, workflow);
  const seen = await warden.aws.service.items.readOpen(workflow, 'a');
  faults.crashAt(crash.at, crash.mode);
  await work(warden, workflow).catch(() => {});
  faults.revive();
  await warden.pass(601_000);
  const { status, json } = await warden.read(workflow, 'a');
  const told = await tellings(workflow);
  const attempts = endsOf(told.events).map(({ attempt }) => attempt);
  // P3: no completion and no restart loses a breach that was not reported.
  if (seen && seen.state !== 'waiting') expect(attempts).toContain(seen.attempt);
  if (status === 200 && json.state !== 'completed') {
    expect(json.state).not.toBe('waiting');
    expect(attempts).toContain(json.attempt);
  }
  await expectPeopleTold(workflow, told);
}

/**
 * P4: every repeat of the completion has the reply of the first. P5: it erases the data. Nothing of the item is in the
 * index.
 */
async function expectReceipt(
  workflow: string,
  { run, outcome }: { run?: string; outcome: string },
): Promise<void> {
  const query = run === undefined ? '' : `&run=${run}`;
  const answers = [1, 2].map(() => warden.request('DELETE', warden.itemPath(workflow, 'a') + query));
  const [first, again] = await Promise.all(answers);
  expect(first).toMatchObject({ status: 200, json: { outcome } });
  expect(again?.json).toEqual(first?.json);
  const { at: _, ...completion } = (await warden.read(workflow, 'a')).json.completion;
  expect({ attempt: first?.json.attempt, ...completion }).toEqual(first?.json);
  const key = keyOf({ workflow, item: 'a' });
  const { Item = {} } = await warden.aws.dynamodb.send(
    new GetItemCommand({ TableName: itemsTable, Key: key }),
  );
  const erased = ['data', 'steps', 'stepNames', 'tags', 'timerAt', 'queue', 'time'];
  expect(Object.keys(Item).filter((name) => erased.includes(name))).toEqual([]);
}

interface Tellings {
  events: ItemEvent[];
  notifications: Notification[];
}

async function tellings(workflow: string): Promise<Tellings> {
  return {
    events: await warden.events(workflow),
    notifications: await warden.notifications(workflow),
  };
}

/**
 * After a sweep at the latest, people were notified of the incident of every breach; each notification has an id (P3).
 */
async function expectPeopleTold(workflow: string, told: Tellings): Promise<void> {
  if (endsOf(told.events).length > 0) {
    await sweepOne(warden, workflow);
    told.notifications.push(...(await warden.notifications(workflow)));
  }
  expect(untold(told.events, told.notifications)).toEqual([]);
  for (const repeats of Map.groupBy(told.notifications, ({ id }) => id).values()) {
    expect(new Set(repeats.map(({ event, incident }) => `${event} ${incident}`)).size).toBe(1);
  }
}

/** A crash after a read or before a write leaves the same state as one before that read or after the call before. */
function crashesIn({ calls }: Calls): { at: number; mode: FaultMode }[] {
  const writes = [...calls.keys()].filter((at) => !isRead(calls[at] ?? ''));
  return [{ at: 0, mode: 'before' }, ...writes.map((at) => ({ at, mode: 'after' as const }))];
}

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  test('ends the same as without a fault if it stops before or after any of its calls (P1–P4)', async () => {
    const alone = await run(scenario);
    expect(alone.calls.length).toBeGreaterThan(0);
    for (const crash of tried(crashesIn(alone))) {
      await withFault(crash, (one) => run(scenario, { kind: 'crash', ...one }));
    }
  });

  test('ends the same if the reply to any of its calls is lost and the call is repeated (P3, P4)', async () => {
    const alone = await run(scenario);
    const calls = [...alone.calls.keys()].filter((at) => !isRepeatedRead(alone, at));
    for (const at of tried(calls)) {
      await withFault({ kind: 'lost reply' as const, at }, (fault) => run(scenario, fault));
    }
  });
});

const ofCallers = Object.entries(scenarios).filter(([, { comesAgain }]) => !comesAgain);

describe.each(ofCallers)('%s', (_, scenario) => {
  test('leaves no item unwatched if its caller never comes back (P1)', async () => {
    const alone = await run(scenario);
    for (const crash of tried(crashesIn(alone))) await withFault(crash, (one) => abandon(scenario, one));
  });
});
