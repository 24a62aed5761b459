import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import { limits } from '../../core/contract/limits.ts';
import { BrokenProxy } from '../support/broken-proxy.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let proxy: BrokenProxy;
beforeAll(async () => {
  warden = await startWarden();
  proxy = await BrokenProxy.start(warden.url);
});
afterAll(async () => {
  await proxy.away();
  await warden.close();
});

interface Sent {
  path: string;
  operations: { op: string; item: string }[];
  bytes: number;
}

/** A client with batching, and what it sent. `change` replaces a reply. */
function batchingClient(
  options: Partial<ClientOptions<undefined>> = {},
  change: (response: Response, number: number) => Response | Promise<Response> = (response) => response,
) {
  const sent: Sent[] = [];
  const client = createClient({
    url: proxy.url,
    batching: {},
    random: () => 0,
    fetch: async (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : '';
      const number = sent.length;
      const { operations = [] } = body === '' ? {} : JSON.parse(body);
      sent.push({ path: new URL(String(input)).pathname, operations, bytes: Buffer.byteLength(body) });
      return change(await fetch(input, init), number);
    },
    ...options,
  });
  return { client, sent };
}

const ids = (count: number) => Array.from({ length: count }, (_, number) => `item ${number}`);

test('calls of a moment are one batch, and each has its own reply or error (P8)', async () => {
  const { client, sent } = batchingClient();
  const workflow = warden.newWorkflow();
  const results = await Promise.allSettled([
    client.register(workflow, 'a', { timeout: 60 }),
    client.register(workflow, 'b', { timeout: -1 }),
    client.complete(workflow, 'c'),
    client.complete(workflow, 'd', { run: 'r' }),
  ]);
  expect(results).toMatchObject([
    { value: { outcome: 'created', item: 'a' } },
    { reason: { code: 'deadline-out-of-range', status: 422, errors: [{ path: 'timeout' }] } },
    { reason: { code: 'item-not-found' } },
    { value: { outcome: 'early' } },
  ]);
  expect(results[0]).not.toHaveProperty('value.status');
  expect(sent.map(({ operations }) => operations.length)).toEqual([4]);
});

test('a batch has at most 100 operations, of one workflow', async () => {
  const { client, sent } = batchingClient();
  const [one, other] = [warden.newWorkflow(), warden.newWorkflow()];
  await Promise.all([
    ...ids(150).map((item) => client.complete(one, item, { run: 'r' })),
    client.complete(other, 'x', { run: 'r' }),
  ]);
  expect(sent.map(({ operations }) => operations.length).toSorted((a, b) => a - b)).toEqual([1, 50, 100]);
});

test('a batch has at most 4 MB, and an operation that is too large is refused alone', async () => {
  const { client, sent } = batchingClient();
  const workflow = warden.newWorkflow();
  const data = 'é'.repeat(95_000);
  const results = await Promise.allSettled([
    ...ids(30).map((item) => client.register(workflow, item, { timeout: 60, data })),
    client.register(workflow, 'too large', { timeout: 60, data: data + data }),
  ]);
  expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([30]);
  expect(results[30]).toMatchObject({ reason: { status: 413 } });
  const batches = sent.filter(({ path }) => path.endsWith('/batch'));
  expect(batches).toHaveLength(2);
  for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(limits.batchBytes);
});

test('calls on one item are carried out in order', async () => {
  const { client } = batchingClient();
  const workflow = warden.newWorkflow();
  const replies = await Promise.all([
    client.register(workflow, 'a', { timeout: 60 }),
    client.progress(workflow, 'a', { step: '1' }),
    client.progress(workflow, 'a', { step: '2' }),
    client.complete(workflow, 'a'),
    client.register(workflow, 'a', { timeout: 60 }),
  ]);
  expect(replies).toMatchObject([
    { outcome: 'created', attempt: 1 },
    { step: '1' },
    { step: '2', steps: [{ step: '1' }, { step: '2' }] },
    { outcome: 'on-time' },
    { outcome: 'created', attempt: 2 },
  ]);
});

test('an operation that may be retried is retried alone', async () => {
  const { client, sent } = batchingClient({}, async (response, number) => {
    if (number > 0) return response;
    const { results } = (await response.json()) as { results: object[] };
    results[1] = { type: 't', title: 't', status: 503, code: 'unavailable', detail: 'try again' };
    return Response.json({ results }, { status: 207 });
  });
  const workflow = warden.newWorkflow();
  const replies = await Promise.all(ids(3).map((item) => client.register(workflow, item, { timeout: 60 })));
  expect(replies.map(({ outcome }) => outcome)).toEqual(['created', 'unchanged', 'created']);
  expect(sent.map(({ path }) => path.split('/').at(-1))).toEqual(['batch', 'item']);
});

describe('if the batch as a whole fails', () => {
  test('each call has the error', async () => {
    const { client } = batchingClient({}, () => new Response('<html>', { status: 404 }));
    const workflow = warden.newWorkflow();
    const results = await Promise.allSettled(ids(3).map((item) => client.complete(workflow, item)));
    expect(results).toMatchObject(ids(3).map(() => ({ reason: { code: 'not-the-warden' } })));
  });

  test('a reply with too few results is not taken for one', async () => {
    const { client } = batchingClient({}, () => Response.json({ results: [] }));
    await expect(client.complete(warden.newWorkflow(), 'a')).rejects.toThrow('0 results for 1 operations');
  });
});

test('a call can be aborted and has its own time limit; the others go on', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const { client, sent } = batchingClient({}, async (response) => {
    await held;
    return response;
  });
  const workflow = warden.newWorkflow();
  const controller = new AbortController();
  const aborted = client.complete(workflow, 'a', { run: 'r', signal: controller.signal });
  const late = client.complete(workflow, 'b', { run: 'r', timeoutMs: 50 });
  const waiting = client.complete(workflow, 'c', { run: 'r' });
  await expect(late).rejects.toMatchObject({ code: 'timeout' });
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  release();
  expect((await waiting).outcome).toBe('early');
  expect(sent).toHaveLength(1);
  const before = client.complete(workflow, 'd', { run: 'r', signal: AbortSignal.abort() });
  await expect(before).rejects.toMatchObject({ code: 'aborted' });
  expect(sent).toHaveLength(1);
});
