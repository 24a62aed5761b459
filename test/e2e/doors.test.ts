// Real processes: what web pages, foreign hosts and other programs of this machine can do at every port of the service.
import { request } from 'node:http';
import { describe, expect } from 'vitest';
import { test } from './support/laptop.ts';
import { listeningPorts } from './support/listening.ts';

interface Attack {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const evil = { origin: 'https://evil.example' };
const key = 'AWS4-HMAC-SHA256 Credential=local/20260301/us-east-1/';
const signed = (service: string) => `${key}${service}/aws4_request, SignedHeaders=host, Signature=0`;
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const dynamodb = (target: string) => ({
  authorization: signed('dynamodb'),
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260301T120000Z',
  'x-amz-target': `DynamoDB_20120810.${target}`,
});
const topic = 'arn:aws:sns:us-east-1:000000000000:notifications';
const item = '/v1/workflows/w/item?id=kept';

/** At any port. */
const attacks: Record<string, Attack> = {
  'a page reads the item': { method: 'GET', path: item, headers: evil, body: '' },
  'a page asks whether it may': {
    method: 'OPTIONS',
    path: item,
    headers: { ...evil, 'access-control-request-method': 'DELETE' },
    body: '',
  },
  'a page completes the item by a simple request': {
    method: 'POST',
    path: '/v1/workflows/w/batch',
    headers: { ...evil, 'content-type': 'text/plain' },
    body: '{"operations":[{"op":"complete","item":"kept"}]}',
  },
  'a page of this machine deletes the item': {
    method: 'DELETE',
    path: item,
    headers: { origin: 'http://localhost:1' },
    body: '',
  },
  'a page mints a token': {
    method: 'POST',
    path: '/v1/tokens',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
    body: '{"name":"x","scopes":["admin"],"workflows":["*"]}',
  },
  'DNS is rebound': { method: 'GET', path: item, headers: { host: 'evil.example' }, body: '' },
  'a page scans the table': {
    method: 'POST',
    path: '/',
    headers: { ...evil, ...dynamodb('Scan') },
    body: '{"TableName":"items"}',
  },
  'a program scans the table': {
    method: 'POST',
    path: '/',
    headers: dynamodb('Scan'),
    body: '{"TableName":"items"}',
  },
  'a form deletes the topic': {
    method: 'POST',
    path: '/',
    headers: form,
    body: `Action=DeleteTopic&TopicArn=${topic}`,
  },
  'a program deletes the topic': {
    method: 'POST',
    path: '/',
    headers: { ...form, authorization: signed('sns') },
    body: `Action=DeleteTopic&TopicArn=${topic}`,
  },
  'a form makes a schedule': {
    method: 'POST',
    path: '/schedules/x',
    headers: { 'content-type': 'text/plain' },
    body: '{"ScheduleExpression":"at(2999-01-01T00:00:00)"}',
  },
  'a program lists the queues': { method: 'GET', path: '/_fauxqs/queues', headers: {}, body: '' },
};

function send(port: number, { method, path, headers, body }: Attack) {
  return new Promise<{ status: number; text: string; allowed: string[] }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, async (reply) => {
      const text = Buffer.concat(await reply.toArray()).toString();
      const allowed = Object.keys(reply.headers).filter((name) => name.startsWith('access-control'));
      resolve({ status: reply.statusCode ?? 0, text, allowed });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Breaks a request off half way. */
function breakOff(port: number): Promise<void> {
  return new Promise((resolve) => {
    const headers = { ...dynamodb('Scan'), 'content-length': 99_999 };
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers });
    sent.on('error', () => {});
    sent.on('close', () => resolve());
    sent.write('{}', () => sent.destroy());
  });
}

describe.runIf(process.platform === 'linux')('at every port of the service', () => {
  test.for([[[]], [['--auth']], [['--built']], [['--built', '--auth']]])(
    'security H1, H2, M2: with %j nothing is read, nothing is changed, and it goes on',
    async ([args = []], { laptop }) => {
      const { process, caller } = await laptop.start({ data: laptop.folder(), args });
      caller.token = /pw_\S+/.exec(process.stdout)?.[0];
      expect((await caller.register('w', 'kept', { timeout: 600, data: 'marked' })).status).toBe(201);
      const ports = listeningPorts(process.pid);
      expect(ports).toHaveLength(args.includes('--built') ? 2 : 1);
      for (const port of ports) {
        for (const [what, attack] of Object.entries(attacks)) {
          const { status, text, allowed } = await send(port, attack);
          expect({ what, port, status, allowed }).toEqual({
            what,
            port,
            status: expect.any(Number),
            allowed: [],
          });
          expect(status, what).toBeGreaterThanOrEqual(400);
          expect(text, what).not.toContain('marked');
        }
        await breakOff(port);
      }
      expect((await caller.read('w', 'kept')).json).toMatchObject({ state: 'waiting', data: 'marked' });
      expect((await caller.request('GET', '/v1/tokens')).json.tokens).toHaveLength(
        args.includes('--auth') ? 1 : 0,
      );
      expect((await caller.request('GET', '/v1/health')).json.status).toBe('ok');
      expect(process.exit).toBeUndefined();
    },
  );
});
