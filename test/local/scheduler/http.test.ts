import { once } from 'node:events';
import { connect } from 'node:net';
import { ListTagsForResourceCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { create, schedule, start } from './support.ts';

async function asked(path: string, init: RequestInit = {}) {
  const { scheduler, errors } = await start();
  const reply = await fetch(`${scheduler.endpoint}${path}`, init);
  const answer = {
    status: reply.status,
    type: reply.headers.get('x-amzn-errortype'),
    body: await reply.json(),
  };
  return { answer, errors, requests: scheduler.requests };
}

describe('a request', () => {
  it.each(['{"ScheduleExpression":', 'at(…)'])('with the body %j is no JSON', async (body) => {
    const { answer, errors } = await asked('/schedules/a', { method: 'POST', body });
    expect(answer).toEqual({
      status: 400,
      type: 'SerializationException',
      body: { Message: expect.stringContaining('not JSON') },
    });
    expect(errors).toEqual([]);
  });

  it.each(['null', '[]', '7', '"text"', '', '{"__proto__":1}'])(
    'with the body %j is refused',
    async (body) => {
      const { answer, errors } = await asked('/schedules/a', { method: 'POST', body });
      expect(answer).toMatchObject({ status: 400, type: 'ValidationException' });
      expect(errors).toEqual([]);
    },
  );

  it('with unknown members is refused and they are named', async () => {
    const body = JSON.stringify({ ...schedule('a'), Name: undefined, Prority: 1 });
    const { answer } = await asked('/schedules/a', { method: 'POST', body });
    expect(answer.body).toEqual({
      Message: expect.stringContaining('request has unknown members: Prority'),
    });
  });

  it('of more than 1 MB is refused, wherever the size is stated', async () => {
    const body = JSON.stringify({ Description: 'x'.repeat(1024 * 1024) });
    const { answer } = await asked('/schedules/a', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 413, type: 'RequestEntityTooLargeException' });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/schedules/a/b'],
    ['PATCH', '/schedules/a'],
    ['POST', '/schedules'],
    ['PUT', '/schedule-groups/a'],
  ])('%s %s is an unknown operation', async (method, path) => {
    const { answer, requests } = await asked(path, { method });
    expect(answer).toMatchObject({ status: 404, type: 'UnknownOperationException' });
    expect(requests).toEqual({});
  });

  it('with a broken name or query is refused', async () => {
    for (const path of ['/schedules/%E0%A4', '/schedules/a?groupName=%20', '/schedules?Nonsense=1']) {
      expect((await asked(path)).answer).toMatchObject({ status: 400, type: 'ValidationException' });
    }
  });

  it('for tags is refused by its name in the SDK', async () => {
    const { client } = await start();
    const ResourceArn = (await create(client, 'a')) ?? '';
    await expect(client.send(new ListTagsForResourceCommand({ ResourceArn }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

it('an internal fault is reported and answered without its details', async () => {
  const random = () => {
    throw new Error('dice are lost');
  };
  const { client, errors } = await start({ random });
  await expect(create(client, 'a')).rejects.toMatchObject({
    name: 'InternalServerException',
    message: expect.not.stringContaining('dice'),
    $metadata: { httpStatusCode: 500 },
  });
  expect(errors).toMatchObject([{ message: 'dice are lost' }]);
});

it('closes at once even if a client keeps its connection open', async () => {
  const { client, scheduler } = await start();
  await create(client, 'a');
  const begun = performance.now();
  await scheduler.close();
  await scheduler.close();
  expect(performance.now() - begun).toBeLessThan(900);
  // Which of the two depends on whether the client has noticed that its connection is closed.
  const refused = { code: expect.stringMatching(/^ECONN(REFUSED|RESET)$/) };
  await expect(create(client, 'b')).rejects.toMatchObject(refused);
});

it('closes after a second even if a request never ends, and reports it', async () => {
  const { scheduler, errors } = await start();
  const socket = connect(Number(new URL(scheduler.endpoint).port), '127.0.0.1');
  socket.write('POST /schedules/a HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n{');
  await once(socket, 'data');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const closing = scheduler.close();
  await vi.advanceTimersByTimeAsync(1_000);
  await closing;
  expect(errors).toMatchObject([{ message: 'aborted' }]);
  socket.destroy();
});
