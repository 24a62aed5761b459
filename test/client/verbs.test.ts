import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, createClient } from '../../client/client.ts';
import { WardenError } from '../../client/warden-error.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let client: Client<undefined>;
beforeAll(async () => {
  warden = await startWarden();
  client = createClient({ url: warden.url });
});
afterAll(() => warden.close());

async function all<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const read: Entry[] = [];
  for await (const entry of entries) read.push(entry);
  return read;
}

test('an item is registered, advanced, read and completed', async () => {
  const workflow = warden.newWorkflow();
  const id = 's3://in/a b?v=1%#x+y';
  expect((await client.register(workflow, id, { timeout: 60, data: { key: 1 }, run: 'r1' })).outcome).toBe(
    'created',
  );
  expect((await client.progress(workflow, id, { step: 'copied' }, { run: 'r1' })).step).toBe('copied');
  expect(await client.get(workflow, id)).toMatchObject({ item: id, data: { key: 1 }, step: 'copied' });
  expect((await client.complete(workflow, id, { run: 'r1' })).outcome).toBe('on-time');
});

test('a failure keeps the end of what the job printed', async () => {
  const workflow = warden.newWorkflow();
  await client.register(workflow, 'job', { timeout: 60 });
  await client.fail(workflow, 'job', { reason: '\u001b[31mdisk full\u001b[0m\n', type: 'disk', exit: 3 });
  expect(await client.get(workflow, 'job')).toMatchObject({
    state: 'failed',
    failure: { reason: 'exit code 3: disk full', type: 'disk' },
  });
});

test('a refusal is an error with the code, the status and the member at fault', async () => {
  const error: unknown = await client
    .register(warden.newWorkflow(), 'a', { timeout: 60, tags: { '?': 'x' } })
    .catch((error) => error);
  expect(error).toBeInstanceOf(WardenError);
  expect(error).toMatchObject({ code: 'invalid-request', status: 400, isTemporary: false });
  expect((error as WardenError).errors[0]?.path).toBe('tags.?');
  await expect(client.get(warden.newWorkflow(), 'none')).rejects.toMatchObject({ code: 'item-not-found' });
});

test('a call on another attempt or run has no effect', async () => {
  const workflow = warden.newWorkflow();
  await client.register(workflow, 'a', { timeout: 60, run: 'r1' });
  for (const only of [{ attempt: 2 }, { run: 'r2' }]) {
    await expect(client.complete(workflow, 'a', only)).rejects.toMatchObject({ code: 'other-attempt' });
    await expect(client.progress(workflow, 'a', { step: 's' }, only)).rejects.toMatchObject({ status: 412 });
  }
});

test('lists and exports continue to the last page', async () => {
  const workflow = warden.newWorkflow();
  const ids = Array.from({ length: 7 }, (_, number) => `item ${number}`);
  const results = await client.batch(
    workflow,
    ids.map((item) => ({ op: 'register', item, timeout: 60, data: { item }, tags: { kind: 'x' } })),
  );
  expect(results.map(({ status }) => status)).toEqual(ids.map(() => 201));
  const listed = await all(client.list(workflow, { tag: ['kind:x'], state: ['waiting'] }, { pageSize: 3 }));
  expect(listed.map(({ item }) => item).toSorted()).toEqual(ids);
  const exported = await all(client.export(workflow, {}, { pageSize: 3 }));
  expect(exported.map((line) => 'data' in line && line.data)).toEqual(exported.map(({ item }) => ({ item })));
  expect(exported).toHaveLength(ids.length);
  expect((await client.reconcile(workflow, ['item 1', 'other'])).counts).toMatchObject({
    waiting: 1,
    unknown: 1,
  });
});

test('more operations than a batch holds are sent in several', async () => {
  const workflow = warden.newWorkflow();
  const operations = Array.from({ length: 150 }, (_, number) => ({
    op: 'register' as const,
    item: String(number),
    timeout: number === 120 ? -1 : 60,
  }));
  const results = await client.batch(workflow, operations);
  expect(results).toHaveLength(150);
  expect(results.flatMap(({ status }, index) => (status >= 400 ? [index] : []))).toEqual([120]);
});

test('workflows, silences, incidents, redrives, discards, tokens, the audit log and health have methods', async () => {
  const workflow = warden.newWorkflow();
  await client.workflows.save(workflow, { timeout: 60, description: 'scans' });
  expect(await client.workflows.change(workflow, { owner: 'ops' })).toMatchObject({
    description: 'scans',
    owner: 'ops',
  });
  expect((await client.workflows.get(workflow)).timeout).toBe(60);
  expect((await all(client.workflows.list())).map(({ workflow }) => workflow)).toContain(workflow);
  expect((await client.workflows.statistics(workflow)).workflow).toBe(workflow);
  const until = new Date(warden.clock.now() + 3_600_000).toISOString();
  expect((await client.workflows.silence(workflow, { until, reason: 'test' })).reason).toBe('test');
  expect(await client.workflows.endSilence(workflow)).toBeUndefined();

  await client.register(workflow, 'a', {});
  await client.fail(workflow, 'a', { reason: 'no' });
  const [incident] = await all(client.incidents.list({ workflow }));
  expect((await client.incidents.get(incident?.id ?? '')).timeline.length).toBeGreaterThan(0);
  const acknowledged = await client.incidents.acknowledge(incident?.id ?? '', { note: 'mine' });
  expect(acknowledged.acknowledged?.note).toBe('mine');

  expect((await client.redrives.start(workflow, { dryRun: true })).count).toBe(1);
  const redrive = await client.redrives.start(workflow, { ids: ['a'] });
  expect((await all(client.redrives.list(workflow))).map(({ id }) => id)).toEqual([redrive.id]);
  expect((await client.redrives.get(workflow, redrive.id)).id).toBe(redrive.id);
  expect((await client.redrives.change(workflow, redrive.id, { action: 'abort' })).state).toBe('aborted');
  const dryRun = await client.discard(workflow, { dryRun: true, ids: ['a'] });
  expect((await client.discard(workflow, { token: dryRun.token ?? '' })).action).toBe('discard');

  const token = await client.tokens.create({ name: 'test', scopes: ['read'], workflows: [workflow] });
  await client.tokens.revoke(token.id, { descendants: true });
  expect((await all(client.tokens.list())).find(({ id }) => id === token.id)?.state).toBe('revoked');
  expect((await all(client.audit({ workflow }, { pageSize: 2 }))).length).toBeGreaterThan(2);
  expect((await client.health()).checks.length).toBeGreaterThan(0);
  expect(await client.call('read-openapi', { path: {} })).toMatchObject({
    info: { title: expect.any(String) },
  });
  expect(await client.call('read-metrics', { path: {} })).toContain('process_warden');
  await expect(client.workflows.remove(workflow)).rejects.toMatchObject({ code: 'workflow-not-empty' });
});
