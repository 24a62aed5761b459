import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyOf } from '../../core/aws/items/keys.ts';
import { noOutcomes } from '../../core/model/incident/notification.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/*
 * Records of one workflow that cannot be read, by a fault of ours or because a newer version wrote them. Other
 * workflows must not be affected.
 */

// Dozens of sweeps in each test: seconds, but not on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

const secret = 'do-not-log-this';

type Attributes = Record<string, AttributeValue>;

/** Ways to break a record: a shape that no schema accepts, and a number that JavaScript cannot represent. */
const poisons: Record<string, (attributes: Attributes) => Attributes> = {
  'of another shape': ({ revision, ...rest }) => ({
    ...rest,
    attempt: { S: secret },
    firstSeenAt: { S: secret },
  }),
  'with a number that cannot be read': (attributes) => ({
    ...attributes,
    attempt: { N: '12345678901234567890.5' },
  }),
};

let warden: EmbeddedWarden;
beforeEach(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
});
afterEach(() => warden.close());

/** Breaks a record, and returns the function that restores it. */
async function poison(TableName: string, Key: Attributes, how: (attributes: Attributes) => Attributes) {
  const { dynamodb } = warden.aws;
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  if (!Item) throw new Error('there is no such record');
  await dynamodb.send(new PutItemCommand({ TableName, Item: { ...how(Item), ...Key } }));
  return async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
  };
}

const poisonItem = (workflow: string, item: string, how: (attributes: Attributes) => Attributes) =>
  poison(warden.aws.service.items.name, keyOf({ workflow, item }), how);

const poisonEntry = (kind: string, name: string, how: (attributes: Attributes) => Attributes) =>
  poison(warden.aws.environment.REGISTRY_TABLE, { kind: { S: kind }, name: { S: name } }, how);

async function registerItems(workflow: string, items: readonly string[]): Promise<void> {
  for (const item of items) {
    expect((await warden.register(workflow, item, { timeout: 5, data: secret })).status).toBe(201);
  }
}

/** They wait past their deadline, and their timers never fire. */
async function registerLost(workflow: string, items: readonly string[]): Promise<void> {
  await registerItems(workflow, items);
  for (const item of items) {
    const record = await warden.aws.service.items.readOpen(workflow, item);
    if (record) await warden.aws.service.timers.disarm(record.timer);
  }
}

async function open(workflow: string, items: readonly string[]): Promise<void> {
  await registerItems(workflow, items);
  await warden.pass(6_000);
}

async function completeAll(workflow: string, items: readonly string[]): Promise<void> {
  for (const item of items) expect((await warden.complete(workflow, item)).status).toBe(200);
}

/** Minutes pass, and every sweep fails at its end and names the workflow. */
async function passFailing(minutes: number, named: object): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const lines = warden.logLines.length;
    await warden.pass(60_000);
    await expect(warden.sweep()).rejects.toThrow(AggregateError);
    const logged = warden.logLines.slice(lines);
    const failed = logged.map((line) => JSON.parse(line)).filter(({ message }) => message === 'sweep failed');
    expect(failed.length).toBeGreaterThan(0);
    for (const one of failed) expect(one).toMatchObject(named);
    expect(logged.join('\n')).not.toContain(secret);
  }
}

const eventsOf = async (workflow: string) => (await warden.notifications(workflow)).map(({ event }) => event);

/** Other workflows, before and after it by name: one to alert, one to update, one to resolve. */
async function others(): Promise<Record<'lost' | 'changing' | 'over', string>> {
  const [lost, changing, over] = [warden.newWorkflow(), warden.newWorkflow(), warden.newWorkflow()];
  await registerLost(lost, ['a']);
  await open(changing, ['a']);
  await open(changing, ['b']);
  await open(over, ['a']);
  await completeAll(over, ['a']);
  return { lost, changing, over };
}

async function expectOthersSeenTo(all: readonly Awaited<ReturnType<typeof others>>[]): Promise<void> {
  for (const { lost, changing, over } of all) {
    expect(await eventsOf(lost)).toEqual(['opened']);
    expect(await eventsOf(changing)).toEqual(['opened', 'updated']);
    expect(await eventsOf(over)).toEqual(['opened', 'resolved']);
    await completeAll(lost, ['a']);
    await completeAll(changing, ['a', 'b']);
  }
}

/** When the record can be read again, everything continues as if nothing had happened. */
async function expectRepaired(workflow: string, items: readonly string[]): Promise<void> {
  await warden.passSweeping(180_000);
  await completeAll(workflow, items);
  await warden.passSweeping(180_000);
  const { incidents } = warden.aws.service;
  expect(await incidents.open.read(workflow, 'overdue')).toBeUndefined();
  expect((await warden.notifications(workflow)).at(-1)?.event).toBe('resolved');
  const ending: unknown[] = [];
  for await (const one of warden.aws.service.incidents.ending.all()) ending.push(one);
  expect(ending).toEqual([]);
}

describe.each(Object.entries(poisons))('records %s', (_, how) => {
  test('an item of 50 leaves the other 49 watched, and is counted as unreadable (P1, P8)', async () => {
    const before = await others();
    const workflow = warden.newWorkflow();
    const items = Array.from({ length: 50 }, (_, index) => `item-${index}`);
    await registerLost(workflow, items);
    const repair = await poisonItem(workflow, 'item-17', how);
    const after = await others();
    await warden.passSweeping(60_000);
    await passFailing(4, { part: 'workflow', workflow });

    const told = await warden.notifications(workflow);
    // The sweep that opens the incident has counted all of them.
    expect(told).toMatchObject([{ event: 'opened', counts: { overdue: 49, failed: 0, unreadable: 1 } }]);
    await expectOthersSeenTo([before, after]);
    await repair();
    await expectRepaired(workflow, items);
  });

  test('all items of a workflow: people are notified how many nobody can watch (P1, P8)', async () => {
    const before = await others();
    const workflow = warden.newWorkflow();
    await registerLost(workflow, ['a', 'b']);
    const repairs = [await poisonItem(workflow, 'a', how), await poisonItem(workflow, 'b', how)];
    const after = await others();
    await warden.passSweeping(60_000);
    await passFailing(4, { part: 'workflow', workflow });

    const told = await warden.notifications(workflow);
    expect(told).toMatchObject([{ event: 'opened', counts: { overdue: 0, failed: 0, unreadable: 2 } }]);
    await expectOthersSeenTo([before, after]);
    for (const repair of repairs) await repair();
    await expectRepaired(workflow, ['a', 'b']);
  });

  test('the settings of a workflow: it is watched with the settings of a workflow without any (P1, P8)', async () => {
    const before = await others();
    const workflow = warden.newWorkflow();
    await registerLost(workflow, ['a']);
    const repair = await poisonEntry('workflow', workflow, how);
    const after = await others();
    await passFailing(4, { part: 'workflow', workflow });

    expect(await eventsOf(workflow)).toEqual(['opened']);
    await completeAll(workflow, ['a']);
    await passFailing(2, { workflow });
    expect(await eventsOf(workflow)).toEqual(['resolved']);
    await expectOthersSeenTo([before, after]);
    await repair();
    await warden.passSweeping(60_000);
  });

  test('the open incident of a workflow: its items wait to be reported until it can be read (P1, P8)', async () => {
    const before = await others();
    const workflow = warden.newWorkflow();
    await open(workflow, ['a']);
    const repair = await poisonEntry('open-incident', `${workflow}#overdue`, how);
    await registerLost(workflow, ['b']);
    const after = await others();
    await passFailing(4, { workflow });

    expect(await warden.read(workflow, 'b')).toMatchObject({ json: { state: 'overdue' } });
    expect(await eventsOf(workflow)).toEqual(['opened']);
    await expectOthersSeenTo([before, after]);
    await repair();
    await warden.passSweeping(120_000);
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'updated', counts: { overdue: 2 } },
    ]);
    await expectRepaired(workflow, ['a', 'b']);
  });

  test('an incident that is ending: it ends when it can be read (P3, P8)', async () => {
    const before = await others();
    const workflow = warden.newWorkflow();
    await open(workflow, ['a']);
    await completeAll(workflow, ['a']);
    const { incidents } = warden.aws.service;
    const seen = await incidents.open.read(workflow, 'overdue');
    if (!seen) throw new Error('no incident');
    const resolvedAt = new Date(warden.clock.now()).toISOString();
    const endCounts = { overdue: 0, failed: 0 };
    await incidents.ending.put({ ...seen, resolvedAt, endCounts, endOutcomes: noOutcomes });
    await incidents.open.remove(seen);
    const repair = await poisonEntry('ending-incident', seen.id, how);
    const after = await others();
    await passFailing(4, { part: 'ending incidents', incident: seen.id });

    expect(await eventsOf(workflow)).toEqual(['opened']);
    await expectOthersSeenTo([before, after]);
    await repair();
    await warden.passSweeping(60_000);
    expect(await eventsOf(workflow)).toEqual(['resolved']);
    await expectRepairedEnds();
  });
});

async function expectRepairedEnds(): Promise<void> {
  const ending: unknown[] = [];
  for await (const one of warden.aws.service.incidents.ending.all()) ending.push(one);
  expect(ending).toEqual([]);
}

test('the state of the warden itself: all workflows are swept (P1, P8)', async () => {
  const workflow = warden.newWorkflow();
  await registerLost(workflow, ['a']);
  await warden.sweep();
  const repair = await poisonEntry('warden', 'heartbeat', (attributes) => ({
    ...attributes,
    outage: { S: secret },
  }));
  warden.clock.advance(10_000);
  await passFailing(3, {});
  expect(await eventsOf(workflow)).toEqual(['opened']);
  await repair();
  await warden.passSweeping(60_000);
});
