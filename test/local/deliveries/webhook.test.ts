import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { retryAfterSeconds } from '../../../local/deliveries/backoff.ts';
import { ensureSubscription } from '../../../local/deliveries/delivery-queue.ts';
import { webhookDelivery } from '../../../local/deliveries/webhook.ts';
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

async function subscribe({ sqs, sns }: Messaging) {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'notifications' }));
  const queue = await ensureSubscription({ sns, sqs, topicArn: TopicArn, queueName: 'webhook-1' });
  const publish = (Message: string) => sns.send(new PublishCommand({ TopicArn, Message }));
  return { topicArn: TopicArn, queue, publish };
}

function webhook({ sqs }: Messaging, queueUrl: string, origin: string, now = Date.now()) {
  const reports: string[] = [];
  const taken: string[] = [];
  const delivery = webhookDelivery({
    what: 'notification',
    client: sqs,
    queueUrl,
    url: `${origin}/hook/secret?key=secret`,
    version: '1.2.3',
    clock: new ManualClock(now),
    onError: (message) => reports.push(message),
    taken: async (body) => {
      taken.push(body);
    },
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
      `A notification could not be delivered to ${receiver.origin}: it answered 500 Internal Server Error. It is tried again.`,
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
    expect(again.queue).toEqual(queue);
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
    const { delivery, reports } = webhook(messaging, queue.url, receiver.origin, later);
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

  test('is an http or https URL', async () => {
    const messaging = await startMessaging();
    expect(() => webhook(messaging, 'q', 'ftp://127.0.0.1')).toThrow('http or https');
    expect(() => webhook(messaging, 'q', 'nowhere')).toThrow(TypeError);
  });
});

test('pauses double up to a minute', () => {
  expect([1, 2, 3, 6, 7, 8, 5_000].map(retryAfterSeconds)).toEqual([1, 2, 4, 32, 60, 60, 60]);
});
