import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createRawServer } from 'node:net';
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { retryAfterSeconds } from '../../../local/deliveries/backoff.ts';
import { ensureSubscription } from '../../../local/deliveries/delivery-queue.ts';
import { incidentLine } from '../../../local/deliveries/incident-line.ts';
import { type WebhookOptions, webhookDelivery } from '../../../local/deliveries/webhook.ts';
import { signatureHeaders, webhookKey } from '../../../local/deliveries/webhook-secret.ts';
import { webhookTarget } from '../../../local/deliveries/webhook-url.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { counts, type Messaging, sendAll, startMessaging, temporaryDirectory } from './messaging.ts';

interface Post {
  body: string;
  headers: IncomingHttpHeaders;
}

/** A receiver that answers with these statuses in turn, and then always with the last; 0 never answers. */
async function startReceiver(...statuses: number[]) {
  const posts: Post[] = [];
  let underWay = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    let body = '';
    for await (const chunk of request) body += chunk;
    const status = statuses[Math.min(posts.length, statuses.length - 1)] ?? 200;
    posts.push({ body, headers: request.headers });
    if (status === 0) return;
    response.writeHead(status, { location: '/elsewhere' }).end('ignored');
    underWay -= 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { posts, origin: `http://127.0.0.1:${port}`, most: () => most };
}

type More = { now?: number; url?: string } & Partial<Pick<WebhookOptions, 'key' | 'lineOf' | 'begin'>>;

async function subscribe({ sqs, sns }: Messaging) {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'notifications' }));
  const queue = await ensureSubscription({ sns, sqs, topicArn: TopicArn, queueName: 'webhook-1' });
  const publish = (Message: string) => sns.send(new PublishCommand({ TopicArn, Message }));
  return { topicArn: TopicArn, queue, publish };
}

function webhook(
  { sqs }: Messaging,
  queueUrl: string,
  origin: string,
  { now = Date.now(), url = `${origin}/hook/secret?key=secret`, ...more }: More = {},
) {
  const reports: string[] = [];
  const taken: string[] = [];
  const target = webhookTarget(url);
  if (target === undefined) throw new Error('no target');
  const delivery = webhookDelivery({
    begin: async (body) => async () => {
      taken.push(body);
    },
    ...more,
    what: 'notification',
    client: sqs,
    queueUrl,
    target,
    version: '1.2.3',
    clock: new ManualClock(now),
    onError: (message) => reports.push(message),
  });
  onTestFinished(() => delivery.stop());
  return { delivery, reports, taken };
}

const notification = JSON.stringify({ id: 'n-1', title: 'orders: 3 überfällig 🚨 <&>' });

describe('a webhook', () => {
  test('receives the published text unchanged, and the message is deleted', async () => {
    const messaging = await startMessaging();
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(204);
    const { delivery, reports } = webhook(messaging, queue.url, receiver.origin);
    await publish(notification);
    expect(await delivery.deliverOnce()).toBe(1);
    expect(receiver.posts.map((post) => post.body)).toEqual([notification]);
    expect(receiver.posts[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'process-warden/1.2.3',
      'process-warden-notification': 'n-1',
    });
    expect(await counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
    expect(await delivery.deliverOnce()).toBe(0);
    expect(reports).toEqual([]);
  });

  test.each(['no JSON', '{"id":7}', '{"id":"a\\nb"}', '{"id":"🚨"}', 'null'])(
    'receives %s without an id',
    async (body) => {
      const messaging = await startMessaging();
      const { queue, publish } = await subscribe(messaging);
      const receiver = await startReceiver(200);
      await publish(body);
      await webhook(messaging, queue.url, receiver.origin).delivery.deliverOnce();
      expect(receiver.posts[0]?.body).toBe(body);
      expect(receiver.posts[0]?.headers).not.toHaveProperty('process-warden-notification');
    },
  );

  test('receives up to 10 at a time', async () => {
    const messaging = await startMessaging();
    const { queue } = await subscribe(messaging);
    const receiver = await startReceiver(200);
    await sendAll(
      messaging.sqs,
      queue.url,
      Array.from({ length: 11 }, () => '{"id":"n"}'),
    );
    const { delivery } = webhook(messaging, queue.url, receiver.origin);
    expect(await delivery.deliverOnce()).toBe(10);
    expect(await delivery.deliverOnce()).toBe(1);
    expect(receiver.most()).toBeLessThanOrEqual(10);
    expect(await counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
  });

  // Waits for pauses of one and two seconds.
  test('that fails receives the message again after 1 and 2 s, and the failure is printed once', async () => {
    const messaging = await startMessaging(await temporaryDirectory());
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(500, 302, 200);
    const { delivery, reports } = webhook(messaging, queue.url, receiver.origin);
    await publish(notification);
    const before = performance.now();
    void delivery.run();
    await expect.poll(() => receiver.posts.length, { timeout: 6_000 }).toBe(3);
    expect(performance.now() - before).toBeGreaterThan(2_900);
    await expect.poll(() => counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
    expect(reports).toEqual([
      `A notification could not be delivered to ${receiver.origin}: it answered 500. It is retried.`,
    ]);
  });

  // Waits for the pause of a second after the first failure.
  test('tells who asks that a message was taken, and not before it was (public report J)', async () => {
    const messaging = await startMessaging();
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(503, 204);
    const { delivery, taken } = webhook(messaging, queue.url, receiver.origin);
    await publish(notification);
    await delivery.deliverOnce();
    expect(taken).toEqual([]);
    await expect.poll(() => delivery.deliverOnce(), { timeout: 5_000, interval: 200 }).toBe(1);
    expect(taken).toEqual([notification]);
  });

  test('receives what it missed after a restart', async () => {
    const dataDir = await temporaryDirectory();
    const before = await startMessaging(dataDir);
    const { queue, publish } = await subscribe(before);
    await publish(notification);
    const nobody = webhook(before, queue.url, 'http://127.0.0.1:1');
    expect(await nobody.delivery.deliverOnce()).toBe(1);
    expect(nobody.reports).toEqual([
      expect.stringContaining('could not be delivered to http://127.0.0.1:1: '),
    ]);
    expect(nobody.reports[0]).not.toContain('secret');
    await before.stop();

    const after = await startMessaging(dataDir);
    const again = await subscribe(after);
    expect(again.queue).toEqual({ ...queue, isNew: false });
    const receiver = await startReceiver(200);
    const { delivery } = webhook(after, queue.url, receiver.origin);
    void delivery.run();
    await expect.poll(() => receiver.posts.length, { timeout: 4_000 }).toBe(1);
    const { Subscriptions } = await after.sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: again.topicArn }),
    );
    expect(Subscriptions).toHaveLength(1);
  });

  test('that fails for 14 days is given up, which is printed', async () => {
    const messaging = await startMessaging();
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(500);
    await publish(notification);
    const later = Date.now() + 14 * 24 * 60 * 60 * 1_000;
    const { delivery, reports } = webhook(messaging, queue.url, receiver.origin, { now: later });
    await delivery.deliverOnce();
    expect(reports).toEqual([expect.stringContaining('given up after 14 days and 1 attempts')]);
    expect(await counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
  });

  // Waits for the 700 ms that a POST may take after stop.
  test('that does not answer is cut off by stop within a second, and the message stays', async () => {
    const messaging = await startMessaging();
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(0);
    const { delivery, reports } = webhook(messaging, queue.url, receiver.origin);
    await publish(notification);
    void delivery.run();
    await expect.poll(() => receiver.posts.length).toBe(1);
    const before = performance.now();
    await delivery.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 1 });
    expect(reports).toEqual([]);
  });
});

describe('public report D: a post that hangs', () => {
  test('holds up only itself, and is tried beside the others', async () => {
    const messaging = await startMessaging();
    const { queue } = await subscribe(messaging);
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (body.includes('bad')) return;
      taken.add(body);
      // As long as a receiver takes that does something with it.
      setTimeout(() => response.writeHead(200).end(), 50);
    });
    const taken = new Set<string>();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const bodies = Array.from(
      { length: 100 },
      (_, index) => `{"id":"${index < 20 ? 'bad' : 'good'}-${index}"}`,
    );
    await sendAll(messaging.sqs, queue.url, bodies);
    const { delivery } = webhook(messaging, queue.url, origin);
    const before = performance.now();
    void delivery.run();
    await expect.poll(() => taken.size, { timeout: 8_000, interval: 20 }).toBe(80);
    // A single round of ten that waits for its slowest would take 20 s.
    expect(performance.now() - before).toBeLessThan(4_000);
  });
});

describe('public report C: the notifications of an incident', () => {
  // Waits for pauses of a second each.
  test('arrive in order, though the first one was not taken at once', async () => {
    const messaging = await startMessaging();
    const { queue, publish } = await subscribe(messaging);
    const receiver = await startReceiver(503, 200);
    const { delivery } = webhook(messaging, queue.url, receiver.origin, { lineOf: incidentLine });
    const told = (id: string, incident: string) => JSON.stringify({ id, incident });
    await publish(told('opened', 'i'));
    await delivery.deliverOnce();
    await publish(told('resolved', 'i'));
    await publish(told('opened', 'other'));
    void delivery.run();
    await expect.poll(() => receiver.posts.length, { timeout: 8_000 }).toBe(4);
    const posts = receiver.posts.map(({ body }) => JSON.parse(body));
    expect(posts[1]).toEqual({ id: 'opened', incident: 'other' });
    expect(posts.filter(({ incident }) => incident === 'i').map(({ id }) => id)).toEqual([
      'opened',
      'opened',
      'resolved',
    ]);
  });
});

test('public report J: a message that is not wanted any more is dropped', async () => {
  const messaging = await startMessaging();
  const { queue, publish } = await subscribe(messaging);
  const receiver = await startReceiver(200);
  const begin = async (body: string) => (body.includes('wanted') ? async () => {} : undefined);
  const { delivery } = webhook(messaging, queue.url, receiver.origin, { begin });
  await publish('{"id":"wanted"}');
  await publish('{"id":"gone"}');
  await delivery.deliverOnce();
  expect(receiver.posts.map(({ body }) => body)).toEqual(['{"id":"wanted"}']);
  expect(await counts(messaging.sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
});

test('security M3: user and password of the URL are a header, and nothing of them is shown', async () => {
  const messaging = await startMessaging();
  const { queue, publish } = await subscribe(messaging);
  const receiver = await startReceiver(401);
  const url = receiver.origin.replace('://', '://u%40ser:p%C3%BCw@');
  const { delivery, reports } = webhook(messaging, queue.url, receiver.origin, {
    url: `${url}/path?token=T`,
  });
  await publish(notification);
  await delivery.deliverOnce();
  const basic = `Basic ${Buffer.from('u@ser:püw').toString('base64')}`;
  expect(receiver.posts[0]?.headers.authorization).toBe(basic);
  expect(reports).toEqual([
    `A notification could not be delivered to ${receiver.origin}: it answered 401. It is retried.`,
  ]);
});

test('security M4: nothing that a receiver sends is shown', async () => {
  const messaging = await startMessaging();
  const { queue, publish } = await subscribe(messaging);
  const server = createRawServer((socket) =>
    socket.end('HTTP/1.1 500 \u001b]0;owned\u0007red\r\ncontent-length: 0\r\n\r\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { delivery, reports } = webhook(messaging, queue.url, origin);
  await publish(notification);
  await delivery.deliverOnce();
  expect(reports).toHaveLength(1);
  expect(reports[0]).not.toMatch(/\p{Cc}|owned/u);
});

test('security L12: a post is signed by Standard Webhooks', async () => {
  const messaging = await startMessaging();
  const { queue, publish } = await subscribe(messaging);
  const receiver = await startReceiver(200);
  const now = Date.parse('2026-03-01T12:00:00.000Z');
  const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const { delivery } = webhook(messaging, queue.url, receiver.origin, { now, key });
  await publish(notification);
  await delivery.deliverOnce();
  const [{ body = '', headers = {} } = {}] = receiver.posts;
  const signed = `n-1.${now / 1_000}.${body}`;
  const signature = createHmac('sha256', key ?? '')
    .update(signed)
    .digest('base64');
  expect(headers).toMatchObject({
    'webhook-id': 'n-1',
    'webhook-timestamp': String(now / 1_000),
    'webhook-signature': `v1,${signature}`,
  });
});

test('security L12: the example of the standard has its signature', () => {
  const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? Buffer.alloc(0);
  const body = '{"test": 2432232314}';
  expect(signatureHeaders(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', body, 1_614_265_330_000)).toMatchObject({
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each(['', 'whsec_', 'whsec_short', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${'A'.repeat(200)}`])(
  'security L12: %j is no secret',
  (secret) => expect(webhookKey(secret)).toBeUndefined(),
);

test('pauses double up to a minute', () => {
  expect([1, 2, 3, 6, 7, 8, 5_000].map(retryAfterSeconds)).toEqual([1, 2, 4, 32, 60, 60, 60]);
});
