import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deleteMessages } from '../../local/event-source/delete-messages.ts';
import { EventSource, type EventSourceOptions, startEventSource } from '../../local/event-source.ts';
import { ensureQueue } from '../../local/queues.ts';
import { counts, sendAll, startMessaging } from './deliveries/messaging.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;

async function start(handler: Handler, options: Partial<EventSourceOptions> = {}) {
  const { sqs, stop } = await startMessaging();
  const queue = await ensureQueue(sqs, 'expired-timers', { VisibilityTimeout: '60' });
  const errors: unknown[] = [];
  const source = new EventSource({
    client: sqs,
    queueUrl: queue.url,
    queueArn: queue.arn,
    handler,
    batchSize: 10_000,
    windowMs: 5_000,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => source.stop());
  return { sqs, queue, source, errors, stopServer: stop };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);
const success: Handler = async () => ({ batchItemFailures: [] });

describe('batches', () => {
  test('300 messages come in one invocation and are deleted', async () => {
    const batches: string[][] = [];
    const { sqs, queue, source, errors } = await start(async (event) => {
      batches.push(event.Records.map((record) => record.body));
      return { batchItemFailures: [] };
    });
    await sendAll(sqs, queue.url, numbered(300));
    expect(await source.pollOnce()).toBe(300);
    expect(batches).toHaveLength(1);
    expect(new Set(batches[0])).toEqual(new Set(numbered(300)));
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
    expect(await source.pollOnce()).toBe(0);
    expect(errors).toEqual([]);
  });

  test.each([1, 7, 25])('a batch is never larger than %i messages', async (batchSize) => {
    const sizes: number[] = [];
    const handler: Handler = async (event) => void sizes.push(event.Records.length);
    const { sqs, queue, source } = await start(handler, { batchSize });
    await sendAll(sqs, queue.url, numbered(30));
    await source.pollOnce();
    expect(sizes).toEqual([batchSize]);
    expect(await counts(sqs, queue.url)).toEqual({ visible: 30 - batchSize, inFlight: 0 });
  });

  test('a batch whose window is over grows no further', async () => {
    const { sqs, queue, source } = await start(success, { windowMs: 0 });
    await sendAll(sqs, queue.url, numbered(30));
    expect(await source.pollOnce()).toBe(10);
  });

  test('a record is complete', async () => {
    const records: SQSRecord[] = [];
    let context: Context | undefined;
    const { sqs, queue, source } = await start(async (event, given) => {
      records.push(...event.Records);
      context = given;
      return undefined;
    });
    const before = Date.now();
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        // Not the rocket itself: fauxqs refuses characters beyond U+FFFF in SendMessage, which SQS accepts.
        MessageBody: '{"item":"ü \\ud83d\\ude80"}',
        MessageAttributes: {
          workflow: { DataType: 'String', StringValue: 'orders' },
          bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
        },
      }),
    );
    await source.pollOnce();
    const list = { stringListValues: [], binaryListValues: [] };
    expect(records).toEqual([
      {
        messageId: MessageId,
        receiptHandle: expect.any(String),
        body: '{"item":"ü \\ud83d\\ude80"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.any(String),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.any(String),
        },
        messageAttributes: {
          workflow: { dataType: 'String', stringValue: 'orders', ...list },
          bytes: { dataType: 'Binary', binaryValue: 'AP8=', ...list },
        },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfMessageAttributes: expect.any(String),
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: 'us-east-1',
      },
    ]);
    expect(Number(records[0]?.attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
    expect(context?.functionName).toBe('expired-timers');
  });
});

describe('the response of a handler', () => {
  test('keeps only the messages that it names', async () => {
    const { sqs, queue, source, errors } = await start(async (event) => ({
      batchItemFailures: event.Records.filter((record) => record.body.endsWith('7')).map((record) => ({
        itemIdentifier: record.messageId,
      })),
    }));
    await sendAll(sqs, queue.url, numbered(25));
    await source.pollOnce();
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 2 });
    expect(errors).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['no failures', { batchItemFailures: null }],
  ])('%s is success', async (_what, response) => {
    const { sqs, queue, source } = await start(async () => response as SQSBatchResponse);
    await sendAll(sqs, queue.url, numbered(3));
    await source.pollOnce();
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
  });

  test.each<[string, unknown]>([
    ['text', 'ok'],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a misspelt id', { batchItemFailures: [{ id: 'x' }] }],
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'unknown' }] }],
  ])('%s fails the whole batch and is reported', async (_what, response) => {
    const { sqs, queue, source, errors } = await start(async () => response as SQSBatchResponse);
    await sendAll(sqs, queue.url, numbered(3));
    await source.pollOnce();
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 3 });
    expect(errors).toHaveLength(1);
  });

  test('as an error fails the whole batch and is reported', async () => {
    const broken = new Error('broken');
    const { sqs, queue, source, errors } = await start(() => Promise.reject(broken));
    await sendAll(sqs, queue.url, numbered(3));
    await source.pollOnce();
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 3 });
    expect(errors).toEqual([broken]);
  });

  // Waits twice for the visibility timeout, which SQS counts in whole seconds.
  test('a message that keeps failing goes to the dead-letter queue', async () => {
    const received: string[] = [];
    const { sqs, queue, source } = await start(async (event) => {
      received.push(...event.Records.map((record) => record.attributes.ApproximateReceiveCount));
      throw new Error('broken');
    });
    const dead = await ensureQueue(sqs, 'dead-letters');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    await ensureQueue(sqs, 'expired-timers', { VisibilityTimeout: '1', RedrivePolicy });
    await sendAll(sqs, queue.url, ['poison']);
    const running = source.run();
    await expect.poll(() => counts(sqs, dead.url), { timeout: 5_000 }).toMatchObject({ visible: 1 });
    await source.stop();
    await running;
    expect(received).toEqual(['1', '2']);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url }));
    expect(Messages?.[0]?.Body).toBe('poison');
  });
});

describe('the loop', () => {
  test('handles a message that arrives during the long poll at once', async () => {
    const handled = Promise.withResolvers<string | undefined>();
    const { sqs, queue, source } = await start(async (event) => {
      handled.resolve(event.Records[0]?.body);
      return undefined;
    });
    void source.run();
    await sendAll(sqs, queue.url, ['late']);
    expect(await handled.promise).toBe('late');
  });

  test('ends a long poll at once when it is stopped', async () => {
    const { source, errors } = await start(success);
    const running = source.run();
    const before = performance.now();
    await source.stop();
    await running;
    expect(performance.now() - before).toBeLessThan(500);
    expect(errors).toEqual([]);
  });

  test('lets an invocation end when it is stopped, and deletes its messages', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { sqs, queue, source } = await start(async () => {
      entered.resolve();
      await release.promise;
      return undefined;
    });
    await sendAll(sqs, queue.url, ['slow']);
    void source.run();
    await entered.promise;
    const stopped = source.stop();
    release.resolve();
    await stopped;
    expect(await counts(sqs, queue.url)).toEqual({ visible: 0, inFlight: 0 });
  });

  test('reports a queue that cannot be reached, and continues until it is stopped', async () => {
    const failed = Promise.withResolvers<unknown>();
    const { sqs, queue, stopServer } = await start(success);
    await stopServer();
    const source = startEventSource({
      client: sqs,
      queueUrl: queue.url,
      queueArn: queue.arn,
      handler: success,
      batchSize: 10,
      windowMs: 0,
      onError: failed.resolve,
    });
    expect(await failed.promise).toMatchObject({ code: 'ECONNREFUSED' });
    const before = performance.now();
    await source.stop();
    expect(performance.now() - before).toBeLessThan(500);
    await expect(source.pollOnce()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each([0, 1.5, 10_001])('a batch size of %d is refused', async (batchSize) => {
    await expect(start(success, { batchSize })).rejects.toThrow('1–10,000');
  });
});

test('a queue is created once and accepts new attributes', async () => {
  const { sqs } = await startMessaging();
  const first = await ensureQueue(sqs, 'q', { VisibilityTimeout: '30' });
  await sendAll(sqs, first.url, ['kept']);
  const second = await ensureQueue(sqs, 'q', { VisibilityTimeout: '60' });
  expect(second).toEqual(first);
  expect(second.arn).toBe('arn:aws:sqs:us-east-1:000000000000:q');
  expect(await counts(sqs, second.url)).toEqual({ visible: 1, inFlight: 0 });
});

describe('deleting', () => {
  /** An SQS that accepts this many calls, and deletes only the first entry of each. */
  async function startReluctant(calls: number) {
    const seen: string[][] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const entries: { Id: string; ReceiptHandle: string }[] = JSON.parse(body).Entries;
      seen.push(entries.map((entry) => entry.ReceiptHandle));
      const [first, ...rest] = entries;
      const Failed = rest.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' }));
      if (seen.length > calls) response.statusCode = 500;
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ Successful: [{ Id: first?.Id }], Failed }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    return { client, seen, url: `${endpoint}/000000000000/q` };
  }

  test('retries the entries that fail, and only those', async () => {
    const { client, seen, url } = await startReluctant(3);
    await deleteMessages(client, url, ['a', 'b', 'c']);
    expect(seen).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });

  // Waits for the pauses between five attempts, 750 ms in all.
  test('fails if entries remain in the end', async () => {
    const { client, url } = await startReluctant(1);
    await expect(deleteMessages(client, url, ['a', 'b', 'c'])).rejects.toThrow('2 messages were handled but');
  });
});
