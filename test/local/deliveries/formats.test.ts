import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { rendered } from '../../../core/contract/formats/rendered.ts';
import { SlackMessage } from '../../../core/contract/formats/slack-message.ts';
import { webhookDelivery } from '../../../local/deliveries/webhook.ts';
import { ensureQueue } from '../../../local/queues.ts';
import { documentedFault } from '../../support/events-v2.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { notification } from '../../support/notifications.ts';
import { startMessaging } from './messaging.ts';

const routingKey = 'e93facc04764012d7bfb002500d5d1a6';
const address = { url: 'http://127.0.0.1:8080', isTokenNeeded: false };

/** A receiver that answers as PagerDuty and Slack do: 2xx, or 400 to what they do not take. */
async function startReceiver(accepted: number, faultOf: (body: unknown) => string | undefined) {
  const taken: unknown[] = [];
  const faults: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body: unknown = JSON.parse(text);
    const fault = faultOf(body);
    if (fault === undefined) taken.push(body);
    else faults.push(fault);
    response.writeHead(fault === undefined ? accepted : 400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { taken, faults, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue` };
}

async function deliver(url: string, format: Parameters<typeof rendered>[1], bodies: readonly string[]) {
  const { sqs } = await startMessaging();
  const queue = await ensureQueue(sqs, 'webhook');
  const delivery = webhookDelivery({
    what: 'notification',
    client: sqs,
    queueUrl: queue.url,
    target: { url: new URL(url), authorization: undefined },
    messagesOf: (body) => rendered(body, format, address),
    version: '1.2.3',
    clock: new ManualClock(),
    onError: (message) => expect.unreachable(message),
  });
  for (const body of bodies) {
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body }));
    await delivery.deliverOnce();
  }
}

test('users 1: an endpoint of Events v2 takes every notification of an incident, under one key', async () => {
  const receiver = await startReceiver(202, documentedFault);
  const acknowledged = { at: '2026-03-01T12:02:00.000Z', by: 'sam', overdue: 1, failed: 0 };
  const told = [
    notification(),
    notification({ event: 'updated', isAcknowledged: true }, { acknowledged }),
    notification({ event: 'resolved' }),
  ];
  await deliver(
    receiver.url,
    { name: 'pagerduty', routingKey },
    told.map((one) => JSON.stringify(one)),
  );
  expect(receiver.faults).toEqual([]);
  const { incident } = notification();
  expect(receiver.taken).toMatchObject(
    ['trigger', 'trigger', 'acknowledge', 'resolve'].map((event_action) => ({
      event_action,
      dedup_key: incident,
      routing_key: routingKey,
    })),
  );
});

test('users 1: a webhook of Slack takes a notification; as JSON it has its link', async () => {
  const slack = await startReceiver(200, (body) => SlackMessage.safeParse(body).error?.message);
  await deliver(slack.url, { name: 'slack' }, [JSON.stringify(notification())]);
  expect(slack.faults).toEqual([]);
  expect(slack.taken).toHaveLength(1);

  const json = await startReceiver(200, () => undefined);
  const other = 'what somebody else has published';
  await deliver(json.url, { name: 'json' }, [JSON.stringify(notification()), JSON.stringify(other)]);
  const { incident } = notification();
  expect(json.taken).toEqual([
    {
      ...notification(),
      url: `http://127.0.0.1:8080/console#/incidents/${incident}`,
      itemsUrl: 'http://127.0.0.1:8080/console#/workflows/uploads/items?state=overdue',
    },
    other,
  ]);
});
