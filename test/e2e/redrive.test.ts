import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { RedriveMessage } from '../../core/contract/redrive.ts';
import { type Laptop, test } from './support/laptop.ts';
import { until } from './support/until.ts';

/** An upstream service that accepts every resumed item except the first. */
async function startUpstream(laptop: Laptop) {
  const posts: RedriveMessage[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    posts.push(RedriveMessage.parse(JSON.parse(text)));
    response.writeHead(posts.length === 1 ? 500 : 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  laptop.atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { posts, origin: `http://127.0.0.1:${port}` };
}

test('resumed items are posted until they are accepted; a stop does not wait for a redrive, and the next start continues it', async ({
  laptop,
}) => {
  const { posts, origin } = await startUpstream(laptop);
  const data = laptop.folder();
  const { caller, process } = await laptop.start({
    data,
    env: { WARDEN_REDRIVE_WEBHOOK: `${origin}/resume` },
  });
  await caller.register('uploads', 'scan-1', { timeout: 600, step: 'uploaded', data: { bucket: 'in' } });
  await caller.progress('uploads', 'scan-1', { failed: { reason: 'disk full' } });
  const { status } = await caller.request('POST', '/v1/workflows/uploads/redrives', {});
  expect(status).toBe(202);
  await until('second post', 10_000, () => posts[1]);
  expect(posts[1]).toEqual(posts[0]);
  expect(posts[1]).toMatchObject({ item: 'scan-1', attempt: 2, data: { bucket: 'in' } });
  expect((await caller.read('uploads', 'scan-1')).json).toMatchObject({ state: 'waiting', attempt: 2 });
  const refused = `A redrive message could not be delivered to ${origin}: it answered 500`;
  await until('message', 2_000, () => process.stderr.includes(refused));

  const accepted = posts.length;
  const items = Array.from({ length: 15 }, (_, n) => `page-${n}`);
  const operations = items.flatMap((item) => [
    { op: 'register', item, timeout: 600 },
    { op: 'progress', item, failed: { reason: 'disk full' } },
  ]);
  await caller.request('POST', '/v1/workflows/pages/batch', { operations });
  // One item a second: 15 s in all.
  const redrives = '/v1/workflows/pages/redrives';
  const { json } = await caller.request('POST', redrives, { rate: 1 });
  await until('first post', 8_000, () => posts[accepted]);
  const started = performance.now();
  await process.stop('SIGTERM');
  expect(performance.now() - started).toBeLessThan(5_000);
  const before = posts.length;

  const again = await laptop.start({ data, args: ['--redrive-webhook', origin] });
  await until('further posts', 8_000, () => posts.length > before + 2);
  expect((await again.caller.request('GET', `${redrives}/${json.id}`)).json.state).toBe('running');
});
