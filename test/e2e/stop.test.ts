// Real processes: how the service runs, stops and starts again.
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Laptop, test } from './support/laptop.ts';
import { listeningAddresses, loopback } from './support/listening.ts';
import { until } from './support/until.ts';
import type { WebhookReceiver } from './support/webhook-receiver.ts';

/** A connection that sends this text and then nothing. */
async function openConnection(laptop: Laptop, port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  laptop.atEnd(() => socket.destroy());
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
}

/** Stops a service while a post hangs and connections are open, and tells how long it takes, in milliseconds. */
async function stopWhileOpen(laptop: Laptop, signal: NodeJS.Signals) {
  const webhook = await laptop.webhook();
  webhook.mode = 'hang';
  const data = laptop.folder();
  const { process, caller, port } = await laptop.start({ data, args: ['--webhook', webhook.url] });
  await caller.register('upload', 'a', { timeout: 1 });
  await until('post that hangs', 8_000, () => webhook.posts > 0);
  // The caller's own connection and the long polls of the queues are open as well.
  await openConnection(laptop, port, '');
  await openConnection(
    laptop,
    port,
    'PUT /v1/workflows/upload/item?id=b HTTP/1.1\r\nhost: local\r\ncontent-length: 9\r\n\r\n{',
  );

  const started = performance.now();
  expect(await process.stop(signal)).toEqual({ code: 0, signal: null });
  const stopMs = performance.now() - started;
  expect(process.stderr).toBe('');
  expect(existsSync(join(data, 'running'))).toBe(false);
  return { stopMs, data, webhook };
}

test.concurrent('SIGINT and SIGTERM stop it within 2 s, whatever is open; a post that was cut off is repeated', async ({
  laptop,
}) => {
  const [int, term] = await Promise.all([stopWhileOpen(laptop, 'SIGINT'), stopWhileOpen(laptop, 'SIGTERM')]);
  // Other tests take the cores at times. A connection or handle that is waited for would delay both stops.
  expect(Math.min(int.stopMs, term.stopMs)).toBeLessThan(2_000);

  // Both signals have one handler.
  const { data, webhook } = term;
  webhook.mode = 'take';
  await laptop.start({ data, args: ['--webhook', webhook.url] });
  await until('post that was cut off', 8_000, () => webhook.taken[0]);
});

test.concurrent('public report K: a mended webhook gets what waited for the old one and what is open', async ({
  laptop,
}) => {
  const [before, after] = [await laptop.webhook(), await laptop.webhook()];
  before.mode = 'refuse';
  const data = laptop.folder();
  const first = await laptop.start({ data, args: ['--webhook', before.url] });
  await first.caller.register('first', 'a', { timeout: 1 });
  await until('refused post', 8_000, () => before.posts > 0);
  const health = await until('health that says so', 8_000, async () => {
    const reply = await first.caller.request('GET', '/v1/health');
    return reply.status === 503 && reply;
  });
  const check = { name: 'webhook', status: 'failing', waiting: 1, error: 'it answered 500' };
  expect(health.json.checks).toContainEqual(expect.objectContaining(check));
  await first.process.stop('SIGINT');
  before.mode = 'take';
  const posts = before.posts;

  const second = await laptop.start({ data, args: ['--webhook', after.url] });
  await second.caller.register('second', 'b', { timeout: 2 });
  await until('posts to the other webhook', 8_000, () => workflows(after).includes('second'));
  expect(workflows(after)).toContain('first');
  await until('summary of what is open', 8_000, () => after.digests[0]);
  expect(after.digests).toMatchObject([{ incidents: [{ workflow: 'first', counts: { overdue: 1 } }] }]);
  expect(before.posts).toBe(posts);
  expect(second.process.stderr).toBe('');
  await until('health that is well', 8_000, async () => {
    const { json } = await second.caller.request('GET', '/v1/health');
    return json.checks.some(
      (one: Record<string, unknown>) => one.name === 'webhook' && one.status === 'ok' && one.waiting === 0,
    );
  });
});

function workflows({ taken }: WebhookReceiver): string[] {
  return taken.map(({ notification }) => notification.workflow);
}

test('the service is ready within 5 s, also right after kill -9, keeps what it has acknowledged, and listens on nothing but loopback (P9)', async ({
  laptop,
}) => {
  const data = laptop.folder();
  // Without the compile cache, as for a user.
  const env = { NODE_DISABLE_COMPILE_CACHE: '1' };
  const first = await laptop.start({ data, env });
  await first.caller.register('upload', 'a', { timeout: 3_600, data: { key: [1] } });
  await first.process.kill();
  const again = await laptop.start({ data, env, port: first.port });
  const { status, json } = await again.caller.read('upload', 'a');
  expect({ status, data: json.data }).toEqual({ status: 200, data: { key: [1] } });
  const ready = [first.readyMs, again.readyMs];
  process.stdout.write(`ready after ${ready.map(Math.round).join(', ')} ms\n`);
  expect(Math.min(...ready)).toBeLessThan(5_000);

  if (process.platform !== 'linux') return;
  const addresses = listeningAddresses(again.process.pid);
  // HTTP alone: the embedded servers need no port.
  expect(addresses).toHaveLength(1);
  expect(addresses.filter((address) => !loopback.includes(address))).toEqual([]);
});

test('public report E: the watch goes on when nobody reads what is printed (P1)', async ({ laptop }) => {
  const webhook = await laptop.webhook();
  const { process, caller } = await laptop.start({ data: laptop.folder(), args: ['--webhook', webhook.url] });
  process.closeOutput();
  await caller.register('upload', 'a', { timeout: 1 });
  await until('alert by the webhook', 8_000, () => webhook.taken[0]);
  await until('what health says', 8_000, async () => {
    const { json } = await caller.request('GET', '/v1/health');
    return json.checks.some(
      ({ name, status, error }: Record<string, string>) =>
        name === 'output' && status === 'failing' && error === 'EPIPE',
    );
  });
  await caller.register('upload', 'b', { timeout: 1 });
  await until(
    'item is overdue',
    8_000,
    async () => (await caller.read('upload', 'b')).json.state === 'overdue',
  );
  expect(process.exit).toBeUndefined();
});
