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

/** How long a service takes to stop while a post hangs and connections are open, in milliseconds. */
async function stopWhileOpen(laptop: Laptop, signal: NodeJS.Signals): Promise<number> {
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

  // The interrupted delivery is repeated.
  webhook.mode = 'take';
  await laptop.start({ data, args: ['--webhook', webhook.url] });
  await until('post that was cut off', 8_000, () => webhook.taken[0]);
  return stopMs;
}

test.concurrent('SIGINT and SIGTERM stop it within 2 s, whatever is open', async ({ laptop }) => {
  const times = await Promise.all([stopWhileOpen(laptop, 'SIGINT'), stopWhileOpen(laptop, 'SIGTERM')]);
  // Other tests take the cores at times. A connection or handle that is waited for would delay both stops.
  expect(Math.min(...times)).toBeLessThan(2_000);
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

test('the service is ready within 5 s, also right after kill -9, and keeps what it has acknowledged', async ({
  laptop,
}) => {
  const data = laptop.folder();
  // Without the compile cache, as for a user.
  const env = { NODE_DISABLE_COMPILE_CACHE: '1' };
  let local = await laptop.start({ data, env });
  const ready = [local.readyMs];
  await local.caller.register('upload', 'a', { timeout: 3_600, data: { key: [1] } });
  for (let tries = 0; tries < 2; tries++) {
    await local.process.kill();
    local = await laptop.start({ data, env, port: local.port });
    ready.push(local.readyMs);
    const { status, json } = await local.caller.read('upload', 'a');
    expect({ status, data: json.data }).toEqual({ status: 200, data: { key: [1] } });
  }
  process.stdout.write(`ready after ${ready.map(Math.round).join(', ')} ms\n`);
  expect(Math.min(...ready)).toBeLessThan(5_000);
});

test.runIf(process.platform === 'linux')(
  'P9: nothing listens on anything but loopback',
  async ({ laptop }) => {
    const { process } = await laptop.start({ data: laptop.folder() });
    const addresses = listeningAddresses(process.pid);
    // HTTP alone: the embedded servers need no port.
    expect(addresses).toHaveLength(1);
    expect(addresses.filter((address) => !loopback.includes(address))).toEqual([]);
  },
);

test('with --auth another --host is accepted, and only HTTP listens there', async ({ laptop }) => {
  const args = ['--host', '0.0.0.0', '--auth'];
  const { process } = await laptop.start({ data: laptop.folder(), args });
  // Security L5.
  await until('warning', 2_000, () =>
    /^--host 0\.0\.0\.0 speaks plain HTTP: .*TLS.*\n$/.test(process.stderr),
  );
  if (globalThis.process.platform !== 'linux') return;
  expect(listeningAddresses(process.pid).filter((address) => !loopback.includes(address))).toEqual([
    '00000000',
  ]);
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
