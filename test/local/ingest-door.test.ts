import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../core/log.ts';
import { type Service, startService } from '../../local/service.ts';
import { until } from '../e2e/support/until.ts';
import { ManualClock } from '../support/manual-clock.ts';

let service: Service;
let sqs: SQSClient;
const data = mkdtempSync(join(tmpdir(), 'ingest-door-'));
const lines: string[] = [];

beforeAll(async () => {
  service = await startService({
    data,
    host: '127.0.0.1',
    port: 0,
    sweepEveryMs: 60_000,
    clock: new ManualClock(Date.now()),
    log: createLog(() => {}),
    print: async () => {},
    tell: (line) => lines.push(line),
  });
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  sqs = new SQSClient({ endpoint: service.url, region: 'us-east-1', credentials });
});
afterAll(async () => {
  sqs.destroy();
  await service.stop();
  rmSync(data, { recursive: true, force: true });
});

const send = (MessageBody: string, queue = 'ingest') =>
  sqs.send(new SendMessageCommand({ QueueUrl: `${service.url}/000000000000/${queue}`, MessageBody }));

test('the ingest queue of a laptop takes messages from SDK clients and the AWS command line', async () => {
  const operations = [{ op: 'register', item: 'scan-😀', timeout: '1h', run: 'r1' }];
  expect(await send(JSON.stringify({ workflow: 'scans', operations }))).toMatchObject({
    MessageId: expect.any(String),
  });
  // The poller receives it within moments, by the real clock.
  const item = `${service.url}/v1/workflows/scans/item?id=${encodeURIComponent('scan-😀')}`;
  await until('item', 10_000, async () => (await fetch(item)).status === 200);
});

test('nothing but sending to that queue is answered', async () => {
  await expect(send('{}', 'expired-timers')).rejects.toThrow('/000000000000/ingest');
  await expect(sqs.send(new ListQueuesCommand({}))).rejects.toThrow('AmazonSQS.SendMessage');
  const page = await fetch(service.url, { method: 'POST', body: '{}' });
  expect(page.status).toBe(400);
  const foreign = await fetch(service.url, {
    method: 'POST',
    body: '{}',
    headers: { origin: 'https://evil.example' },
  });
  expect(foreign.status).toBe(403);
});
