import { AsyncLocalStorage } from 'node:async_hooks';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Subscribers } from '../../core/aws/topics/subscribers.ts';
import type { Expectation } from '../../core/contract/expectation.ts';
import { servedRoutes } from '../../core/contract/routes.ts';
import { instant } from '../../core/contract/time.ts';
import { createLog } from '../../core/log.ts';
import { partAt } from '../../core/model/workflow/expectation.ts';
import { registryKinds } from '../../core/names/registry-kinds.ts';
import { type FunctionName, functionNames } from '../../lib/function-names.ts';
import type { Target } from '../../lib/permission-sets.ts';
import { permissions } from '../../lib/permissions.ts';
import { createFunctions } from '../../local/functions.ts';
import * as names from '../../local/names.ts';
import { connectMemory } from '../../prove/memory/connect-memory.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { EmbeddedWarden } from '../support/warden.ts';

/*
 * Every function does all that it can, and each call that it makes to AWS is recorded. Its permissions must be exactly
 * these calls. Without this test a missing permission would be found only after a deployment.
 */

/** Calls that the functions do not make themselves: passing the role, and the calls that Lambda makes for them. */
const implied: Target[] = ['timer role', 'expired timers'];

const running = new AsyncLocalStorage<FunctionName>();
const used = new Set<string>();
let warden: EmbeddedWarden;
let alarmTopicArn = '';

/** The parts of a call to the registry that have partition keys. */
interface RegistryCall {
  Key?: { kind: { S: string } };
  Item?: { kind: { S: string } };
  ExpressionAttributeValues?: Record<string, { S?: string }>;
  RequestItems?: Record<string, { Keys: { kind: { S: string } }[] }>;
}

/** The kinds of records in a call to the registry; an unknown kind as it is. */
function kindsOf({ Key, Item, ExpressionAttributeValues, RequestItems }: RegistryCall): string {
  const keys = RequestItems
    ? Object.values(RequestItems).flatMap(({ Keys }) => Keys.map(({ kind }) => kind.S))
    : [(Key ?? Item)?.kind.S ?? ExpressionAttributeValues?.[':kind']?.S ?? ''];
  const kinds = keys.map((key) => {
    const known = Object.values(registryKinds).filter((kind) =>
      kind.endsWith('*') ? key.startsWith(kind.slice(0, -1)) : key === kind,
    );
    return known.join(' and ') || `"${key}"`;
  });
  return [...new Set(kinds)].join(' with ');
}

/** The call as a permission: its action and its resource. */
function permissionOf(command: string, input: Record<string, unknown>): string {
  const action = command.replace(/Command$/, '');
  const table = input.TableName ?? Object.keys((input.RequestItems as object | undefined) ?? {})[0];
  if (table === names.itemsTable) {
    const { pk } = (input.Key ?? {}) as { pk?: { S: string } };
    if (pk?.S.startsWith('health#')) return `dynamodb:${action} on health item`;
    return `dynamodb:${action} on ${input.IndexName ? `items ${input.IndexName}` : 'items'}`;
  }
  if (table === names.registryTable) return `dynamodb:${action} on registry ${kindsOf(input)}`;
  if (action === 'GetScheduleGroup') return 'scheduler:GetScheduleGroup on timer group';
  if (action.endsWith('Schedule')) return `scheduler:${action} on timers`;
  const { deadLetterQueue, ingestDeadLetterQueue } = warden.aws;
  const deadLetterUrls: unknown[] = [deadLetterQueue.url, ingestDeadLetterQueue.url];
  if (deadLetterUrls.includes(input.QueueUrl)) return `sqs:${action} on dead letters`;
  const snsAction = `sns:${action.replace(/^PublishBatch$/, 'Publish')}`;
  if (input.TopicArn === warden.aws.topicArn) return `${snsAction} on notification topic`;
  if (input.TopicArn === warden.aws.itemEventTopicArn) return `${snsAction} on item event topic`;
  if (input.TopicArn === alarmTopicArn) return `${snsAction} on alarm topic`;
  if (input.TopicArn === warden.aws.redriveTopicArn) return `${snsAction} on redrive topic`;
  return `${action} on ${JSON.stringify(input)}`;
}

/** The part of every SDK client that is used. The types of their middleware have nothing else in common. */
interface Client {
  middlewareStack: {
    add(
      middleware: (
        next: (args: { input: Record<string, unknown> }) => Promise<unknown>,
        context: { commandName: string },
      ) => (args: { input: Record<string, unknown> }) => Promise<unknown>,
      options: { step: 'initialize' },
    ): void;
  };
}

/** Does the work as this function, which then writes its statistics (core/lambda/entry.ts). */
function as<Result>(name: FunctionName, work: () => Promise<Result>): Promise<Result> {
  return running.run(name, async () => {
    try {
      return await work();
    } finally {
      await warden.aws.service.statistics.flush();
    }
  });
}

beforeAll(async () => {
  const clock = new ManualClock();
  const aws = await connectMemory({ clock, log: createLog(() => {}) });
  alarmTopicArn = (await aws.sns.send(new CreateTopicCommand({ Name: 'alarms' }))).TopicArn ?? '';
  aws.service.subscribers = new Subscribers(aws.sns, [
    ['notification topic', aws.topicArn],
    ['alarm topic', alarmTopicArn],
  ]);
  for (const client of [aws.dynamodb, aws.scheduler, aws.sns, aws.sqs] as unknown as Client[]) {
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const name = running.getStore();
          // Scheduler sends the messages of expired timers, and Lambda receives them.
          const isImplied = String(args.input.QueueUrl).endsWith(`/${names.timerQueue}`);
          if (name && !isImplied) used.add(`${name}: ${permissionOf(commandName, args.input)}`);
          return next(args);
        },
      { step: 'initialize' },
    );
  }
  warden = new EmbeddedWarden(aws, clock, []);
  for (const [index, route] of warden.functions.routes.entries()) {
    const { handler } = route;
    const operation = servedRoutes[index]?.operation;
    if (operation) route.handler = (event) => as(operation, () => handler(event));
  }
  await warden.listen();
});

afterAll(() => warden.close());

const expired = () => as('check-timers', () => warden.pass(120_000));

/** Sweeps every minute, while no timer fires. */
async function sweepWithoutTimers(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    warden.clock.advance(60_000);
    await as('sweep', () => warden.sweep());
  }
}

/** Leaves the item overdue and not reported, as a crash after the marking does. */
async function expireSilently(workflow: string, item: string): Promise<void> {
  const { items } = warden.aws.service;
  const seen = await items.readOpen(workflow, item);
  if (seen) await items.expire(seen, instant(warden.clock.now()), 'timer');
}

/** Changes the item between the next read and the marking, so that it is read again. */
function changesMeanwhile(workflow: string, item: string): void {
  const { items } = warden.aws.service;
  const expire = items.expire.bind(items);
  items.expire = async () => {
    items.expire = expire;
    await warden.progress(workflow, item, { tags: { raced: 'yes' } });
    return undefined;
  };
}

/** Another item of the workflow is overdue, long enough after the last one for an update of its incident. */
async function expireAnother(workflow: string, item: string): Promise<void> {
  await warden.register(workflow, item, { timeout: 60 });
  await expireSilently(workflow, item);
  warden.clock.advance(10_000);
}

/** All operations on items, each in a workflow without an incident, so that the operation opens one. */
async function watchItems(): Promise<void> {
  const registering = warden.newWorkflow();
  await warden.register(registering, 'a', { timeout: 60 });
  await warden.register(registering, 'a', { timeout: 60 });
  await warden.register(registering, 'a', { timeout: 60, restart: true });
  await warden.read(registering, 'a');
  await expireSilently(registering, 'a');
  await warden.register(registering, 'a', { timeout: 60 });
  await warden.complete(registering, 'a');
  await expireAnother(registering, 'a2');
  await warden.register(registering, 'a2', { timeout: 60 });

  const completing = warden.newWorkflow();
  await warden.register(completing, 'b', { timeout: 60 });
  await expireSilently(completing, 'b');
  await warden.complete(completing, 'b');
  await expireAnother(completing, 'b2');
  await warden.complete(completing, 'b2');

  // A completion before its registration, a completion that leaves no receipt, and a registration over a receipt.
  const item = (id: string) => `/v1/workflows/${completing}/item?id=${id}`;
  await warden.request('DELETE', `${item('early')}&run=r1`);
  await warden.register(completing, 'early', { timeout: 60, run: 'r2' });
  await warden.request('PUT', `/v1/workflows/${completing}`, { body: { receipts: 0 } });
  await warden.request('DELETE', `${item('early')}&run=r2`);

  const failing = warden.newWorkflow();
  await warden.register(failing, 'c', { timeout: 60 });
  await warden.progress(failing, 'c', { step: 'copied' });
  await warden.progress(failing, 'c', { timeout: 30 });
  await warden.progress(failing, 'c', { timeout: 600 });
  await expired();
  await warden.progress(failing, 'c', { failed: { reason: 'disk full' } });

  const failingByText = warden.newWorkflow();
  await warden.register(failingByText, 'e', { timeout: 60 });
  await warden.request('POST', `/v1/workflows/${failingByText}/fail?id=e`, { text: 'disk full' });

  const expiring = warden.newWorkflow();
  await warden.register(expiring, 'd', { timeout: 60 });
  changesMeanwhile(expiring, 'd');
  await expired();
  await warden.complete(expiring, 'd');
}

/** The same in batches, with items that have their own deadline and items that share one. */
async function watchInBatches(): Promise<void> {
  const workflow = warden.newWorkflow();
  const batch = async (...operations: object[]) => {
    const { json } = await warden.request('POST', `/v1/workflows/${workflow}/batch`, {
      body: { operations },
    });
    for (const { status } of json.results) expect(status).toBeLessThan(300);
  };
  const register = (item: string, timeout: number) => ({ op: 'register', item, timeout });
  await batch(register('a', 60), register('b', 60), register('c', 90));
  await batch({ op: 'progress', item: 'a', step: 'copied' }, { op: 'complete', item: 'c' });
  await batch({ op: 'progress', item: 'a', failed: { reason: 'disk full' } });
  await expireSilently(workflow, 'b');
  await batch(register('b', 60));
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { receipts: 0 } });
  await batch({ op: 'complete', item: 'b' });
}

/** Others have counted nearly as many registrations as are expected, in both records for this number. */
async function countElsewhere(workflow: string, expectation: Expectation): Promise<void> {
  const { dynamodb, environment } = warden.aws;
  const { everyMs, number } = partAt(expectation, warden.clock.now());
  for (const shard of [0, 1]) {
    const key = { kind: `registrations#${workflow}#${shard}`, name: `${everyMs}#part-${number % 120}` };
    const Item = marshall({ ...key, part: number, count: 250 });
    await dynamodb.send(new PutItemCommand({ TableName: environment.REGISTRY_TABLE, Item }));
  }
}

/** Registrations in a workflow that expects so many that their counts are in several records, which a sweep adds up. */
async function countRegistrations(): Promise<void> {
  const expectation = { atLeast: 501, every: 3600 };
  const [alone, inBatch] = [warden.newWorkflow(), warden.newWorkflow()];
  for (const workflow of [alone, inBatch]) {
    await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { expect: expectation } });
    await countElsewhere(workflow, expectation);
  }
  await warden.register(alone, 'counted', { timeout: 7200 });
  await warden.request('POST', `/v1/workflows/${inBatch}/batch`, {
    body: { operations: [{ op: 'register', item: 'counted', timeout: 7200 }] },
  });
  await sweepWithoutTimers(1);
}

/** A change of a redrive is recorded in the open incident. */
async function abortRedrive(): Promise<void> {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.progress(workflow, 'a', { failed: { reason: 'no disk' } });
  const path = `/v1/workflows/${workflow}/redrives`;
  const { json } = await warden.request('POST', path, { body: {} });
  await warden.request('PATCH', `${path}/${json.id}`, { body: { action: 'abort' } });
}

/** Reported and unreported items, resumed and discarded. */
async function redrive(): Promise<void> {
  const workflow = warden.newWorkflow();
  const path = `/v1/workflows/${workflow}`;
  const runRedrives = () => as('run-redrives', () => warden.functions.runRedrives());
  for (const item of ['a', 'b', 'c']) {
    await warden.register(workflow, item, { timeout: 60 });
    await expireSilently(workflow, item);
  }
  await warden.request('GET', `${path}/items?state=overdue&sort=registration&format=jsonl`);
  await warden.request('GET', `${path}/items?id=a&id=b`);
  await warden.request('POST', `${path}/redrives`, { body: { dryRun: true } });
  await warden.request('POST', `${path}/redrives`, { body: { dryRun: true, ids: ['a'] } });
  await warden.request('POST', `${path}/discards`, { body: { dryRun: true, ids: ['a'] } });
  const { json } = await warden.request('POST', `${path}/redrives`, { body: { ids: ['a'], rate: 1000 } });
  for (const action of ['pause', 'continue']) {
    await warden.request('PATCH', `${path}/redrives/${json.id}`, { body: { action } });
  }
  await runRedrives();
  const { json: done } = await warden.request('GET', `${path}/redrives/${json.id}`);
  expect(done).toMatchObject({ state: 'done', resumed: 1, failed: 0 });

  await warden.request('POST', `${path}/discards`, { body: { dryRun: true } });
  const unreported = { dryRun: true, ids: ['b', 'c'] };
  const { json: found } = await warden.request('POST', `${path}/discards`, { body: unreported });
  await warden.request('POST', `${path}/discards`, { body: { token: found.token } });
  warden.clock.advance(10_000);
  await runRedrives();
  const { json: list } = await warden.request('GET', `${path}/redrives`);
  expect(list.redrives).toContainEqual(expect.objectContaining({ action: 'discard', discarded: 2 }));
  await warden.request('GET', '/v1/audit');
  warden.clock.advance(60_000);
  await warden.request('GET', `/v1/workflows/${workflow}/statistics`);
  await warden.request('GET', '/v1/metrics');
  await warden.request('PATCH', `/v1/workflows/${workflow}`, { body: { badge: true } });
  warden.clock.advance(60_000);
  await as('badge', () => warden.functions.badge({ pathParameters: { workflow } }));

  // An item that was marked overdue and never reported: the redrive opens its incident.
  const unopened = warden.newWorkflow();
  await warden.register(unopened, 'e', { timeout: 60 });
  await expireSilently(unopened, 'e');
  const chosen = { body: { ids: ['e'] } };
  expect((await warden.request('POST', `/v1/workflows/${unopened}/redrives`, chosen)).status).toBe(202);
  await runRedrives();
}

/** A canary that is found and a canary that is not; a lost timer, an unreported item; an incident to its end. */
async function sweepAll(): Promise<void> {
  const [losing, orphaned] = [warden.newWorkflow(), warden.newWorkflow()];
  await sweepWithoutTimers(1);
  await expired();
  await warden.register(orphaned, 'orphan', { timeout: 60 });
  await expireSilently(orphaned, 'orphan');
  await warden.register(losing, 'lost', { timeout: 60 });
  await warden.request('PUT', `/v1/workflows/${losing}`, {
    body: { idempotent: true, redrive: { automatic: { after: 60, max: 1 } } },
  });
  changesMeanwhile(losing, 'lost');
  await sweepWithoutTimers(6);
  await warden.complete(losing, 'lost');
  await sweepWithoutTimers(2);
}

/** A workflow that an earlier version removed. */
async function removeAsBefore(): Promise<void> {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: {} });
  await warden.request('DELETE', `/v1/workflows/${workflow}`);
  const Key = marshall({ kind: 'workflow', name: workflow });
  const UpdateExpression = 'REMOVE removedAt';
  await warden.aws.dynamodb.send(
    new UpdateItemCommand({ TableName: names.registryTable, Key, UpdateExpression }),
  );
  await sweepWithoutTimers(1);
}

/** Incidents are deleted after 90 days. */
/** A step ends that an item is reported as not started. */
async function beginLate(): Promise<void> {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 600, startBy: 60 });
  await expired();
  await warden.progress(workflow, 'a', { step: 'copied' });
}

async function forget(): Promise<void> {
  warden.clock.advance(91 * 86_400_000);
  await sweepWithoutTimers(1);
}

/** An open incident, an ended incident, and an unknown incident. */
async function seeToIncidents(): Promise<void> {
  const { json: open } = await warden.request('GET', '/v1/incidents?state=open');
  const { json: resolved } = await warden.request('GET', '/v1/incidents?state=resolved');
  for (const id of [open.incidents[0].id, resolved.incidents[0].id, '0'.repeat(20)]) {
    await warden.request('GET', `/v1/incidents/${id}`);
    await warden.request('PATCH', `/v1/incidents/${id}`, { body: { acknowledged: true } });
  }
}

async function askAround(): Promise<void> {
  const workflow = warden.newWorkflow();
  const path = `/v1/workflows/${workflow}`;
  await warden.request('PUT', path, { body: { timeout: 60, expect: { atLeast: 2, every: 60 } } });
  await warden.register(workflow, 'expected', {});
  await warden.complete(workflow, 'expected');
  const until = instant(warden.clock.now() + 3_600_000);
  await warden.request('PATCH', path, { body: { description: 'changed' } });
  await warden.request('PUT', `${path}/silence`, { body: { until, reason: 'maintenance' } });
  await warden.request('DELETE', `${path}/silence`);
  await warden.request('GET', `${path}/items`);
  await warden.request('POST', `${path}/reconcile`, { body: { ids: ['expected'] } });
  await warden.request('GET', '/v1/workflows');
  await warden.request('GET', '/v1/workflows?limit=1');
  await warden.request('GET', path);
  await warden.request('DELETE', path);
  await warden.request('GET', '/v1/health');
  await warden.request('GET', '/v1/openapi.json');

  const ingest = { name: 'tests', scopes: ['ingest'], workflows: [workflow] };
  const { json: token } = await warden.request('POST', '/v1/tokens', { body: ingest });
  const { authorizer } = createFunctions(warden.aws.service, { auth: true });
  const event: Partial<APIGatewayRequestAuthorizerEventV2> = {
    headers: { authorization: `Bearer ${token.token}` },
  };
  await as('authorize', async () => authorizer?.(event as APIGatewayRequestAuthorizerEventV2));
  await warden.request('GET', '/v1/tokens');
  await warden.request('DELETE', `/v1/tokens/${token.id}`);
}

test('each function may do exactly what it does', async () => {
  // First, while there are few workflows to sweep.
  await sweepAll();
  await warden.request('GET', '/v1/metrics');
  await watchItems();
  await watchInBatches();
  await countRegistrations();
  await redrive();
  await abortRedrive();
  await seeToIncidents();
  await askAround();
  await beginLate();
  await removeAsBefore();
  await forget();
  expect(warden.errors).toEqual([]);
  const granted = functionNames.flatMap((name) =>
    Object.entries(permissions[name])
      .filter(([target]) => !implied.includes(target as Target))
      .flatMap(([target, actions]) => actions.map((action) => `${name}: ${action} on ${target}`)),
  );
  expect([...used].sort()).toEqual(granted.sort());
});

test('functions that arm timers may pass the role of timers, and no others may', () => {
  for (const name of functionNames) {
    const arms = permissions[name].timers?.includes('scheduler:CreateSchedule') ?? false;
    expect(permissions[name]['timer role'] !== undefined, name).toBe(arms);
  }
});
