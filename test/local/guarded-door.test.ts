import { connect } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { startDatabase } from '../../local/database.ts';
import { openGuardedDoor } from '../../local/guarded-door.ts';
import { InProcessTransport } from '../../local/in-process-transport.ts';

const signed = (key: string, service = 'echo') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260301/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A server that counts its requests, behind a door. */
async function start() {
  const seen: string[] = [];
  const echo = new InProcessTransport(async (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const body = Buffer.concat(await request.toArray());
    response.setHeader('x-of', String(request.headers['x-of']));
    response.end(`${body.length}`);
  });
  const door = await openGuardedDoor({ echo });
  onTestFinished(() => door.close());
  return { ...door, port: Number(new URL(door.endpoint).port), seen };
}

test('whoever has the access key id reaches the server of the service that the request is signed for', async () => {
  const { endpoint, accessKeyId, seen } = await start();
  const headers = { authorization: signed(accessKeyId), 'x-of': 'mine' };
  const reply = await fetch(`${endpoint}/a?b=c`, { method: 'POST', headers, body: 'ü' });
  expect([reply.status, reply.headers.get('x-of'), await reply.text()]).toEqual([200, 'mine', '2']);
  expect(seen).toEqual(['POST /a?b=c']);
});

test('security H1: nobody else reaches it, and no browser, even with the key', async () => {
  const { endpoint, accessKeyId, seen } = await start();
  const refused: Record<string, string>[] = [
    {},
    { authorization: 'Bearer pw_x' },
    { authorization: signed('local') },
    { authorization: signed(`${accessKeyId}x`) },
    { authorization: signed(accessKeyId.slice(1)) },
    { authorization: signed(accessKeyId, 'other') },
    { authorization: signed(accessKeyId, 'constructor') },
    { authorization: signed(accessKeyId), origin: 'https://evil.example' },
    { authorization: signed(accessKeyId), origin: endpoint },
    { authorization: signed(accessKeyId), 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of refused) {
    for (const method of ['OPTIONS', 'GET', 'POST', 'PUT', 'DELETE']) {
      const reply = await fetch(endpoint, { method, headers, ...(method === 'POST' && { body: 'a=b' }) });
      expect([reply.status, await reply.text()]).toEqual([403, '']);
      expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  }
  expect(seen).toEqual([]);
});

test('security M2: a request that is broken off reaches no server, and the next one is answered', async () => {
  const { endpoint, port, accessKeyId, seen } = await start();
  const head = `POST / HTTP/1.1\r\nhost: a\r\nauthorization: ${signed(accessKeyId)}\r\ncontent-length: 99999\r\n\r\n{}`;
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head, () => socket.destroy()));
    socket.on('close', () => resolve());
  });
  const reply = await fetch(endpoint, { headers: { authorization: signed(accessKeyId) } });
  expect(reply.status).toBe(200);
  expect(seen).toEqual(['GET /']);
});

test('security M2: a body past 16 MB is refused', async () => {
  const { endpoint, accessKeyId, seen } = await start();
  const body = Buffer.alloc(16 * 1024 * 1024 + 1);
  const refused = fetch(endpoint, { method: 'POST', headers: { authorization: signed(accessKeyId) }, body });
  // A client that is still sending may see the end of the connection before the reply.
  await expect(
    refused.then(
      ({ status }) => status,
      () => 413,
    ),
  ).resolves.toBe(413);
  expect(seen).toEqual([]);
});

test('security H1: DynamoDB answers an SDK client that has the key, and no other', async () => {
  const database = await startDatabase(undefined);
  const door = await openGuardedDoor({ dynamodb: database.transport });
  onTestFinished(async () => {
    await door.close();
    await database.close();
  });
  const tables = async (accessKeyId: string) => {
    const credentials = { accessKeyId, secretAccessKey: 'any' };
    const client = new DynamoDBClient({ endpoint: door.endpoint, region: 'us-east-1', credentials });
    onTestFinished(() => client.destroy());
    return (await client.send(new ListTablesCommand({}))).TableNames;
  };
  expect(await tables(door.accessKeyId)).toEqual([]);
  await expect(tables('local')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});
