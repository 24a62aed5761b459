import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { channelOf, Receiver } from '../../../../core/aws/receivers/receiver.ts';
import { CustomNotification } from '../../../../core/contract/formats/custom-notification.ts';
import { createLog } from '../../../../core/log.ts';
import { create } from '../../../../functions/forward-notifications.ts';
import { documentedFault } from '../../../support/events-v2.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { notification } from '../../../support/notifications.ts';

const routingKey = 'e93facc04764012d7bfb002500d5d1a6';

/** An endpoint of Events v2 that answers 202, or 400 to what PagerDuty does not take; and what it has taken. */
async function startEventsV2() {
  const taken: { event_action: string; dedup_key: string }[] = [];
  const state = { isDown: false };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    const status = state.isDown ? 500 : documentedFault(body) === undefined ? 202 : 400;
    if (status === 202) taken.push(body);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { taken, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue` };
}

function forwarder(channel: ReturnType<typeof channelOf>) {
  const lines: string[] = [];
  const running = { clock: new ManualClock(), log: createLog((line) => lines.push(line)) };
  const handle = create({ ...running, receiver: new Receiver(channel, undefined) });
  const forward = (...bodies: unknown[]) =>
    handle({ Records: bodies.map((body, index) => ({ messageId: `${index}`, body: JSON.stringify(body) })) });
  return { forward, lines };
}

const unused = () => expect.unreachable();

test('users 1: PagerDuty gets an incident and its end as one alert, with the key of the secret', async () => {
  const { taken, url } = await startEventsV2();
  const channel = channelOf({ RECEIVER: 'pagerduty', RECEIVER_URL: url }, async () => routingKey, unused);
  const { forward } = forwarder(channel);
  expect(await forward(notification(), notification({ event: 'resolved' }))).toEqual({
    batchItemFailures: [],
  });
  expect(taken).toMatchObject([
    { event_action: 'trigger', routing_key: routingKey },
    { event_action: 'resolve', routing_key: routingKey },
  ]);
  expect(taken[1]?.dedup_key).toBe(taken[0]?.dedup_key);
});

test('what is not taken is sent again, alone, and no secret is logged (P7, P8, P9)', async () => {
  const { taken, state, url } = await startEventsV2();
  const secret = `${url}?token=secret`;
  const channel = channelOf({ RECEIVER: 'slack' }, async () => secret, unused);
  const { forward, lines } = forwarder(channel);
  // It is no Slack, so it takes none of this.
  expect(await forward(notification(), 'no notification')).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '0' }],
  });
  expect(lines.join()).toContain('ReceiverAnswered400');
  state.isDown = true;
  await forward(notification());
  expect(lines.join()).toContain('ReceiverAnswered500');
  expect(lines.join()).not.toContain('token=secret');
  expect(taken).toEqual([]);
});

test('users 1: the topic for chats gets custom notifications', async () => {
  const published: string[] = [];
  const channel = channelOf({ RECEIVER: 'chat' }, unused, async (message) => published.push(message));
  const { forward } = forwarder(channel);
  await forward(notification());
  expect(published.map((text) => CustomNotification.parse(JSON.parse(text)))).toMatchObject([
    { metadata: { threadId: notification().incident } },
  ]);
});
