import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RedriveMessage } from '../../../../core/contract/redrive.ts';
import { handler } from '../../../../examples/subscribe/resume-upload.ts';
import { ensureQueue } from '../../../../local/queues.ts';
import { failedItems, startedRedrive, withoutWaiting } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  withoutWaiting(warden);
});
afterAll(() => warden.close());

/** The subscription of a queue from docs/deploy.md, for this workflow instead of the uploads. */
function documentedAttributes(workflow: string): Record<string, string> {
  const docs = readFileSync(join(import.meta.dirname, '../../../../docs/deploy.md'), 'utf8');
  const [, section = ''] = docs.split('\n## Resume work\n');
  const [, attributes = ''] = /--attributes \\\n\s+'(\{.*\})'/.exec(section) ?? [];
  expect(attributes).toContain('uploads');
  return JSON.parse(attributes.replace('uploads', workflow));
}

/** A queue subscribed to the redrive topic. Returns its URL. */
async function subscribe(name: string, attributes: Record<string, string>): Promise<string> {
  const queue = await ensureQueue(warden.aws.sqs, name);
  await warden.aws.sns.send(
    new SubscribeCommand({
      TopicArn: warden.aws.redriveTopicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes: attributes,
    }),
  );
  return queue.url;
}

async function messagesIn(QueueUrl: string): Promise<Message[]> {
  const found: Message[] = [];
  for (;;) {
    const { Messages = [] } = await warden.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return found;
    found.push(...Messages);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await warden.aws.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function redriveAll(workflow: string): Promise<void> {
  await startedRedrive(warden, workflow);
  await warden.functions.runRedrives();
}

test('each queue receives the items of the workflow in its filter policy and no others, raw and with their data', async () => {
  const data = {
    bucket: 'in',
    key: 'scan “1” <&>.tiff',
    numbers: [0.1, -1e21, null],
    text: 'ä 🛰 \u0000\u2028',
  };
  const uploads = await failedItems(warden, ['scan-1', 'scan-2', 'scan-3'], { data });
  // Enough items for more than one call to SNS and to SQS.
  const orders = await failedItems(
    warden,
    Array.from({ length: 12 }, (_, index) => `order-${index}`),
    { data: { lines: [{ article: 7 }] } },
  );
  const unheard = await failedItems(warden, ['lost']);
  const uploadsQueue = await subscribe('uploads', documentedAttributes(uploads));
  const ordersQueue = await subscribe('orders', documentedAttributes(orders));

  for (const workflow of [uploads, orders, unheard]) await redriveAll(workflow);

  for (const [url, workflow, expected] of [
    [uploadsQueue, uploads, { count: 3, data }],
    [ordersQueue, orders, { count: 12, data: { lines: [{ article: 7 }] } }],
  ] as const) {
    const messages = await messagesIn(url);
    const bodies = messages.map(({ Body = '' }) => RedriveMessage.parse(JSON.parse(Body)));
    expect(new Set(bodies.map(({ item }) => item)).size).toBe(expected.count);
    expect(bodies).toHaveLength(expected.count);
    for (const body of bodies) expect(body).toMatchObject({ workflow, attempt: 2, data: expected.data });
    for (const { MessageAttributes } of messages) {
      expect(MessageAttributes?.workflow?.StringValue).toBe(workflow);
    }
    // The same messages that a queue without a filter policy has received.
    const byItem = (a: RedriveMessage, b: RedriveMessage) => a.item.localeCompare(b.item);
    expect(bodies.sort(byItem)).toEqual((await warden.redriven(workflow)).sort(byItem));
  }
  expect(await warden.redriven(unheard)).toHaveLength(1);
});

/** An upload service that does each piece of work once, by the key of the request. */
async function startUploadService() {
  const requests: { path: string; body: unknown }[] = [];
  const keys: string[] = [];
  let isDown = false;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const key = String(request.headers['idempotency-key']);
    if (!isDown && !keys.includes(key)) {
      keys.push(key);
      requests.push({ path: `${request.method} ${request.url}`, body: JSON.parse(text) });
    }
    response.writeHead(isDown ? 503 : 202).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    keys,
    goDown: () => {
      isDown = true;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('the Lambda function of the example resumes by steps what SNS delivers, and once if it is delivered twice', async () => {
  const workflow = warden.newWorkflow();
  for (const item of ['new', 'copied']) {
    await warden.register(workflow, item, { timeout: 600, data: { bucket: 'in', key: `${item}.tiff` } });
    await warden.progress(workflow, item, { step: item === 'new' ? 'uploaded' : 'copied' });
    await warden.progress(workflow, item, { failed: { reason: 'disk full' } });
  }
  const { FilterPolicy = '' } = documentedAttributes(workflow);
  // Not raw: Lambda receives an envelope in Records[…].Sns.
  const url = await subscribe('to-lambda', { FilterPolicy });
  await redriveAll(workflow);
  const events = (await messagesIn(url)).map(({ Body = '' }) => ({ Records: [{ Sns: JSON.parse(Body) }] }));
  expect(events).toHaveLength(2);
  expect(events[0]?.Records[0]?.Sns).toMatchObject({ Type: 'Notification', Message: expect.any(String) });

  const service = await startUploadService();
  vi.stubEnv('UPLOADS_URL', service.url);
  try {
    for (const event of [...events, ...events]) await handler(event);
    expect(service.requests.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'POST /backups', body: { item: 'copied', data: { bucket: 'in', key: 'copied.tiff' } } },
      { path: 'POST /copies', body: { item: 'new', data: { bucket: 'in', key: 'new.tiff' } } },
    ]);
    const ids = (await warden.redriven(workflow)).map(({ id }) => id);
    expect(service.keys.toSorted()).toEqual(ids.toSorted());
    service.goDown();
    for (const event of events)
      await expect(handler(event)).rejects.toThrow('the upload service answered 503');
  } finally {
    vi.unstubAllEnvs();
    service.close();
  }
});
