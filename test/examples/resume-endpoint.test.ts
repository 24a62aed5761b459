import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resumeEndpoint } from '../../examples/subscribe/resume-endpoint.ts';

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:Redrives';
const subscribeUrl = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336`;
const resume = vi.fn<(message: string) => Promise<void>>();
const confirm = vi.fn<(url: URL) => Promise<void>>();
let server: Server;
let url = '';

beforeEach(async () => {
  vi.resetAllMocks();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  server = createServer(resumeEndpoint({ topicArn, user: 'sns', password: 'p:ä', resume, confirm }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/resume`;
});
afterEach(() => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

/** A request of the kind that SNS sends. */
async function post(type: string, body: string, credentials = 'sns:p:ä'): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': type,
      'x-amz-sns-topic-arn': topicArn,
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    },
    body,
  });
  return response.status;
}

const confirmation = (more: object = {}) =>
  JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    Token: '2336',
    TopicArn: topicArn,
    SubscribeURL: subscribeUrl,
    ...more,
  });

test('a raw message is passed on exactly', async () => {
  const message = '{"id":"kC2m0mV8Vb1X0m3gqZ5o2w","data":{"text":"ä 🛰 \\u2028","number":1.00}}';
  expect(await post('Notification', message)).toBe(204);
  expect(resume.mock.calls).toEqual([[message]]);
});

test('a message that could not be resumed is answered so that SNS retries it', async () => {
  resume.mockRejectedValueOnce(new Error('the database is down'));
  expect(await post('Notification', '{}')).toBe(500);
  expect(await post('Notification', '{}')).toBe(204);
});

test('the subscription to its topic is confirmed, and resumes nothing', async () => {
  expect(await post('SubscriptionConfirmation', confirmation())).toBe(204);
  expect(confirm.mock.calls.map(([called]) => called.href)).toEqual([new URL(subscribeUrl).href]);
  expect(await post('UnsubscribeConfirmation', confirmation({ Type: 'UnsubscribeConfirmation' }))).toBe(204);
  expect(confirm).toHaveBeenCalledTimes(1);
  expect(resume).not.toHaveBeenCalled();
});

test.each([
  ["of somebody else's topic", { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:Redrives' }],
  ['to a host that is not of SNS', { SubscribeURL: 'https://sns.eu-west-1.amazonaws.com.example.com/' }],
  ['without TLS', { SubscribeURL: 'http://sns.eu-west-1.amazonaws.com/' }],
])('a confirmation %s is refused', async (_, more) => {
  expect(await post('SubscriptionConfirmation', confirmation(more))).toBe(500);
  expect(confirm).not.toHaveBeenCalled();
});

test.each(['', 'sns:other', 'sns:p:ä '])(
  'without its credentials, %j, a request does nothing',
  async (credentials) => {
    expect(await post('Notification', '{}', credentials)).toBe(401);
    expect(await post('SubscriptionConfirmation', confirmation(), credentials)).toBe(401);
    expect([resume.mock.calls, confirm.mock.calls]).toEqual([[], []]);
  },
);
