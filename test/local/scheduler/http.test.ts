import { ListTagsForResourceCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, schedule, start } from './support.ts';

async function asked(path: string, init: { method?: string; body?: string } = {}) {
  const { scheduler, errors } = await start();
  const { response } = await scheduler.transport.handle({ method: 'GET', path, headers: {}, ...init });
  const answer = {
    status: response.statusCode,
    type: response.headers['x-amzn-errortype'],
    body: JSON.parse(response.body.toString()),
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

it('answers nothing after it was closed', async () => {
  const { client, scheduler } = await start();
  await create(client, 'a');
  await scheduler.close();
  await scheduler.close();
  await expect(create(client, 'b')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
