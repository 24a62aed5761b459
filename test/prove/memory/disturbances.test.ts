import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../core/log.ts';
import { connectMemory } from '../../../prove/memory/connect-memory.ts';
import type { Disturbances, Fault } from '../../../prove/memory/disturbances.ts';
import { ManualClock } from '../../support/manual-clock.ts';

async function start(disturbances: Disturbances = {}) {
  const clock = new ManualClock();
  const aws = await connectMemory({ clock, log: createLog(() => {}) });
  onTestFinished(() => aws.close());
  aws.memory.disturb(disturbances);
  const TableName = 'items';
  const put = (item: string, more: object = {}) =>
    aws.dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: 'p' }, item: { S: item }, queue: { S: 'q' }, time: { S: item }, ...more },
      }),
    );
  const get = async (item: string) =>
    (await aws.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'p' }, item: { S: item } } })))
      .Item;
  const query = async () => {
    const reply = await aws.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-time',
        KeyConditionExpression: 'queue = :q',
        ExpressionAttributeValues: { ':q': { S: 'q' } },
      }),
    );
    return { items: reply.Items?.map(({ item }) => item?.S), more: reply.LastEvaluatedKey !== undefined };
  };
  const arm = (at: number) => aws.service.timers.arm({ workflow: 'w', item: 'a' }, at);
  const receive = async () => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.timerQueue.url, MaxNumberOfMessages: 10 }),
    );
    return Messages.length;
  };
  return { aws, clock, put, get, query, arm, receive };
}

/** Faults of the first calls. */
function first(...faults: (Fault | undefined)[]): Disturbances {
  return { fault: () => faults.shift() };
}

test('a call that is refused, failed or throttled is tried again', async () => {
  const { put, get } = await start(first('refused', 'failed'));
  await put('a');
  expect(await get('a')).toBeDefined();
});

test('a call whose reply is lost has taken effect, and is tried again', async () => {
  const { aws, put } = await start(first('lost', 'throttled'));
  const before = aws.memory.calls;
  await put('a');
  expect(aws.memory.calls - before).toBe(3);
});

test('a call that fails three times is not tried again, and no retry is left over for the next call', async () => {
  const { aws, put } = await start(first('failed', 'refused', 'throttled'));
  const before = aws.memory.calls;
  await expect(put('a')).rejects.toMatchObject({ $metadata: { attempts: 3 } });
  expect(aws.memory.calls - before).toBe(3);
  await put('b');
  expect(aws.memory.calls - before).toBe(4);
});

test.each([
  ['crashed before', false],
  ['crashed after', true],
] as const)('a process that has %s a call does not try again', async (fault, isWritten) => {
  const { put, get } = await start(first(fault));
  await expect(put('a')).rejects.toMatchObject({ name: 'ProcessGone' });
  expect((await get('a')) !== undefined).toBe(isWritten);
});

test('a write is visible in the index after its lag, those of one item in their order', async () => {
  const lags = [5_000, 1_000, 0];
  const { clock, put, query, get } = await start({ indexLagMs: () => lags.shift() });
  await put('a');
  await put('b');
  await put('a', { time: { S: 'z' } });
  expect(await get('a')).toMatchObject({ time: { S: 'z' } });
  expect((await query()).items).toEqual([]);
  clock.advance(1_000);
  expect((await query()).items).toEqual(['b']);
  clock.advance(4_000);
  expect((await query()).items).toEqual(['b', 'a']);
});

test('a page ends early, and says that there is more', async () => {
  const { put, query } = await start({ pageRows: () => 1 });
  await put('a');
  await put('b');
  expect(await query()).toEqual({ items: ['a'], more: true });
});

test('items of a batch are left out', async () => {
  const { aws, put } = await start({ leavesOut: ({ at }) => at === 0 });
  await put('a');
  await aws.service.itemEvents.publish([]);
  const refused = await aws.service.redriveTopic.publish('w', ['{}', '{}'] as never);
  expect([...refused.keys()]).toEqual([0]);
});

test.each([
  ['early', [-60_000], [1, 1]],
  ['late', [60_000], [0, 0]],
  ['never', [], [0, 0]],
  ['twice', [0, 30_000], [0, 1]],
] as const)('a timer fires %s', async (_, firings, [before, at]) => {
  const { aws, clock, arm, receive } = await start({ firings: () => firings });
  const due = clock.now() + 120_000;
  await arm(due);
  clock.set(due - 60_000);
  let sent = aws.memory.fireDue();
  expect(sent).toBe(before);
  clock.set(due);
  sent += aws.memory.fireDue();
  expect(sent).toBe(at);
  clock.set(due + 60_000);
  sent += aws.memory.fireDue();
  expect(sent).toBe(firings.length);
  expect(await receive()).toBe(firings.length);
});

test('a message is delivered again, and comes back when its visibility timeout ends by the clock', async () => {
  const { aws, clock, arm, receive } = await start({ deliveries: () => [0, 10_000] });
  await arm(clock.now() + 1_000);
  clock.advance(1_000);
  aws.memory.fireDue();
  expect(await receive()).toBe(1);
  expect(await receive()).toBe(0);
  clock.advance(10_000);
  expect(await receive()).toBe(1);
  clock.advance(20_000);
  expect(await receive()).toBe(1);
});

test('after a reset nothing is left, and tables and queues are there', async () => {
  const { aws, clock, put, get, receive } = await start();
  await put('a', { expiresAt: { N: '1' } });
  expect(aws.memory.deleteExpired()).toBe(1);
  await put('a');
  aws.memory.reset({ clock });
  expect(await get('a')).toBeUndefined();
  expect(await receive()).toBe(0);
});
