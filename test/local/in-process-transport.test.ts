import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { EmbeddedAws } from '../../local/embedded-aws.ts';
import { openGuardedDoor } from '../../local/guarded-door.ts';
import { InProcessTransport } from '../../local/in-process-transport.ts';
import * as names from '../../local/names.ts';
import { startEmbeddedWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const clients = { dynamodb: DynamoDBClient, scheduler: SchedulerClient, sns: SNSClient, sqs: SQSClient };

interface Client {
  send(command: unknown): Promise<object>;
}

describe('the embedded servers reply the same as over sockets', () => {
  let warden: EmbeddedWarden<EmbeddedAws>;
  beforeAll(async () => {
    warden = await startEmbeddedWarden();
  });
  afterAll(() => warden.close());

  /** The reply or the error, without the parts that are new each time. */
  async function outcome(sent: Promise<object> | undefined): Promise<unknown> {
    const reply = await sent?.catch((error: Error) => ({
      ...error,
      name: error.name,
      message: error.message,
    }));
    return JSON.parse(
      JSON.stringify(reply, (name, value) => (/requestId|cfId/i.test(name) ? undefined : value)),
    );
  }

  const Item = { pk: { S: 'uploads#0' }, item: { S: 'ümlaut 😀' }, data: { S: 'x'.repeat(100_000) } };
  const calls: [string, 'dynamodb' | 'scheduler' | 'sns' | 'sqs', () => object][] = [
    [
      'a large item',
      'dynamodb',
      () => new PutItemCommand({ TableName: names.itemsTable, Item, ReturnValues: 'ALL_OLD' }),
    ],
    [
      'a refused condition',
      'dynamodb',
      () => {
        const ConditionExpression = 'attribute_exists(nothing)';
        return new PutItemCommand({ TableName: names.itemsTable, Item, ConditionExpression });
      },
    ],
    ['no such table', 'dynamodb', () => new GetItemCommand({ TableName: 'none', Key: {} })],
    ['a path and a query', 'scheduler', () => new GetScheduleCommand({ Name: 'a b', GroupName: 'ü' })],
    ['topics', 'sns', () => new ListTopicsCommand({})],
    ['no such queue', 'sqs', () => new GetQueueUrlCommand({ QueueName: 'none' })],
    ['an empty queue', 'sqs', () => new ReceiveMessageCommand({ QueueUrl: warden.aws.deadLetterQueue.url })],
    [
      'no message',
      'sqs',
      () => new SendMessageCommand({ QueueUrl: warden.aws.timerQueue.url, MessageBody: '' }),
    ],
  ];

  test.each(calls)('%s', async (_, server, command) => {
    const door = await openGuardedDoor(warden.embedded.transports);
    onTestFinished(() => door.close());
    const credentials = { ...names.credentials, accessKeyId: door.accessKeyId };
    const settings = { endpoint: door.endpoint, region: names.region, credentials };
    const bySocket = new clients[server](settings);
    onTestFinished(() => bySocket.destroy());
    const [one, other] = [warden.aws[server], bySocket] as unknown as Client[];
    // The first request changes what the next two see.
    await outcome(one?.send(command()));
    expect(await outcome(one?.send(command()))).toEqual(await outcome(other?.send(command())));
  });
});

const request = {
  method: 'POST',
  path: '/a%20b',
  headers: { 'X-Of': 'one', 'content-length': '4' },
  body: 'ä→',
};

async function serve(listener: RequestListener): Promise<{ server: Server; transport: InProcessTransport }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, transport: new InProcessTransport(listener) };
}

/** Replies with the request that it received, in several pieces. */
const echo: RequestListener = async (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const chunks = await incoming.toArray();
  const { 'x-of': of } = headers;
  outgoing.setHeader('x-many', ['a', 'b']);
  outgoing.writeHead(418, 'Teapot', { 'X-Length': 3, 'Transfer-Encoding': 'chunked' });
  outgoing.write(JSON.stringify({ method, url, of, body: String(Buffer.concat(chunks)) }));
  outgoing.write('é', 'latin1');
  outgoing.end(Buffer.from('!'));
};

test('the request and the reply arrive with all their parts, as over a socket', async () => {
  const { server, transport } = await serve(echo);
  const query = { q: 'a&b', many: ['1', '2'], none: null };
  const { response } = await transport.handle({ ...request, query });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${request.path}?q=a%26b&many=1&many=2&none=`;
  const { method, headers, body } = request;
  const bySocket = await fetch(url, { method, headers: { 'X-Of': headers['X-Of'] }, body });
  expect(response.statusCode).toBe(bySocket.status);
  expect(response.body).toEqual(Buffer.from(await bySocket.arrayBuffer()));
  for (const name of ['x-many', 'x-length']) {
    expect(response.headers[name]).toBe(bySocket.headers.get(name));
  }
});

test('a server that goes down is as one whose port is closed', async () => {
  const { transport } = await serve(() => {});
  const unanswered = expect(transport.handle(request)).rejects.toMatchObject({ code: 'ECONNRESET' });
  transport.close();
  await unanswered;
  await expect(transport.handle(request)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('an aborted call rejects at once, its server sees that the client is gone, and a late reply does no harm', async () => {
  const gone = Promise.withResolvers<void>();
  const { transport } = await serve((_, outgoing) => {
    outgoing.on('close', () => {
      outgoing.end('too late');
      gone.resolve();
    });
  });
  const aborting = new AbortController();
  const call = transport.handle(request, { abortSignal: aborting.signal });
  aborting.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await gone.promise;
  await expect(transport.handle(request, { abortSignal: aborting.signal })).rejects.toThrow('aborted');
});

test('a body that is neither text nor bytes is refused', async () => {
  const { transport } = await serve(echo);
  await expect(transport.handle({ ...request, body: {} })).rejects.toThrow(
    'a body is text or bytes, not object',
  );
});

test('other work runs between calls that follow one another', async () => {
  const { transport } = await serve(echo);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const until = performance.now() + 50;
  while (performance.now() < until) await transport.handle(request);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
