import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

async function start(workflowLimit = 3): Promise<EmbeddedWarden> {
  const warden = await startWarden({ workflowLimit });
  onTestFinished(() => warden.close());
  return warden;
}

const registerIn = (warden: EmbeddedWarden, workflow: string, item = 'one') =>
  warden.register(workflow, item, { timeout: 60 });

async function fill(warden: EmbeddedWarden): Promise<void> {
  for (const name of ['a', 'b', 'c']) expect((await registerIn(warden, name)).status).toBe(201);
}

test('security H4: past the limit a registration makes no workflow, and says how to raise it (P7)', async () => {
  const warden = await start();
  await fill(warden);
  const refused = await registerIn(warden, 'order-4711');
  expect(refused).toMatchObject({ status: 409, json: { code: 'too-many-workflows' } });
  expect(refused.json.detail).toContain('workflowLimit');
  expect(refused.json.detail).toContain('PUT /v1/workflows/order-4711');
  expect((await warden.request('GET', '/v1/workflows/order-4711')).status).toBe(404);
});

test('a registration in a workflow that exists is never refused, whoever knows of it (P1)', async () => {
  const warden = await start();
  await fill(warden);
  expect((await registerIn(warden, 'a', 'two')).status).toBe(201);
  warden.clock.advance(60_000);
  expect((await registerIn(warden, 'b', 'two')).status).toBe(201);
  // Settings make workflows past the limit: somebody means them.
  expect((await warden.request('PUT', '/v1/workflows/d', { body: {} })).status).toBe(201);
  expect((await registerIn(warden, 'd')).status).toBe(201);
});

test('in a batch each operation is answered for itself', async () => {
  const warden = await start();
  await fill(warden);
  const operations = [{ op: 'register', item: 'one', timeout: 60 }];
  const { json } = await warden.request('POST', '/v1/workflows/e/batch', { body: { operations } });
  expect(json.results).toMatchObject([{ status: 409, code: 'too-many-workflows' }]);
});

test('a removed workflow counts no more, and is forgotten after a day', async () => {
  const warden = await start();
  await fill(warden);
  await warden.complete('c', 'one');
  expect((await warden.request('DELETE', '/v1/workflows/c')).status).toBe(204);
  expect((await registerIn(warden, 'd')).status).toBe(409);
  // The count is cached.
  warden.clock.advance(30_000);
  expect((await registerIn(warden, 'd')).status).toBe(201);

  const { registry } = warden.aws.service;
  await warden.sweep();
  expect(await registry.readWorkflow('c')).toMatchObject({ removed: true });
  warden.clock.advance(86_400_000);
  await warden.sweep();
  expect(await registry.readWorkflow('c')).toBeUndefined();
  expect(await registry.readWorkflow('a')).toMatchObject({ name: 'a' });
});

test('a workflow that an earlier version removed is forgotten a day after a sweep has seen it', async () => {
  const warden = await start();
  const { registry } = warden.aws.service;
  await registerIn(warden, 'a');
  await warden.complete('a', 'one');
  await registry.removeWorkflow('a');
  const { dynamodb, environment } = warden.aws;
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: environment.REGISTRY_TABLE,
      Key: { kind: { S: 'workflow' }, name: { S: 'a' } },
      UpdateExpression: 'REMOVE removedAt',
    }),
  );
  await warden.sweep();
  expect(await registry.readWorkflow('a')).toMatchObject({ removedAt: '2026-03-01T12:00:00.000Z' });
  warden.clock.advance(86_400_000);
  await warden.sweep();
  expect(await registry.readWorkflow('a')).toBeUndefined();
});

test('a removed workflow in which an item was registered meanwhile is not forgotten (P1)', async () => {
  const warden = await start();
  const { registry } = warden.aws.service;
  await registerIn(warden, 'a');
  // A function that had read the workflow right before its removal enters nothing.
  await registry.removeWorkflow('a');
  const removed = await registry.readWorkflow('a');
  warden.clock.advance(2 * 86_400_000);
  await warden.sweep();
  expect((await warden.read('a', 'one')).json.state).toBe('overdue');
  expect(await registry.readWorkflow('a')).toMatchObject({ removed: true });

  // Or between the count and the deletion: the registration enters it anew, and the deletion is refused.
  await warden.complete('a', 'one');
  expect((await registerIn(warden, 'a', 'two')).status).toBe(201);
  expect(await registry.forgetWorkflow({ name: 'a', removedAt: removed?.removedAt })).toBe(false);
  expect(await registry.readWorkflow('a')).toMatchObject({ removed: false });
});
