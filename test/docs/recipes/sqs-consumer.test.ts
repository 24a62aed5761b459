import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { Recipe, type Running } from '../support/recipe.ts';
import { Way } from '../support/way.ts';

/* docs/recipes/sqs-consumer.md, over the wire to an embedded SQS. */

let warden: EmbeddedWarden;
let aws: LocalAws;
let sqs: SQSClient;
beforeAll(async () => {
  [warden, aws] = await Promise.all([startWarden(), startLocalAws()]);
  sqs = new SQSClient(aws.client);
});
afterAll(async () => {
  sqs.destroy();
  await Promise.all([warden.close(), aws.close()]);
});

let queue = '';
let deadLetters = '';
beforeEach(async ({ task }) => {
  const name = `orders${task.id.replaceAll(/\W/g, '-')}`;
  deadLetters = await createQueue(`${name}-dead`);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 3 };
  // A message comes back at once, so that the test need not wait for it.
  queue = await createQueue(name, { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify(policy) });
});

async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  // The address that the reply names has no host that can be resolved.
  return `${aws.url}/000000000000/${name}`;
}

const read = async (id: string) => (await warden.read('orders', id)).json;

function recipe(handle: string): Recipe {
  const page = new Recipe('sqs-consumer.md', warden.url);
  onTestFinished(() => page.close());
  page.write('handle.mjs', `export async function handle(order) {${handle}}\n`);
  page.write(
    'send.mjs',
    "import { send } from './producer.mjs';\nawait send({ id: process.argv[2], total: 12.5 });\n",
  );
  return page;
}
const env = () => ({ ...aws.env, QUEUE_URL: queue });

async function send(page: Recipe, id: string): Promise<void> {
  expect(await page.run('node', ['send.mjs', id], env())).toMatchObject({ code: 0, stderr: '' });
}
async function stop(consumer: Running): Promise<void> {
  consumer.signal('SIGTERM');
  expect(await consumer.ended).toMatchObject({ code: 0 });
}

test('an order is registered before it is sent, and completed when it is handled', async () => {
  const page = recipe('');
  await send(page, 'a');
  expect(await read('a')).toMatchObject({ state: 'waiting', data: { id: 'a', total: 12.5 } });
  const consumer = page.start('node', ['consumer.mjs'], env());
  await consumer.printed('a handled');
  await stop(consumer);
  expect(await read('a')).toMatchObject({ state: 'completed' });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
  expect(Messages).toBeUndefined();
});

test('an order that fails at its last delivery is failed, and its message is in the dead-letter queue', async () => {
  const page = recipe("console.log('try'); throw new RangeError('out of stock')");
  await send(page, 'b');
  const consumer = page.start('node', ['consumer.mjs'], env());
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: deadLetters, WaitTimeSeconds: 15 }),
  );
  await stop(consumer);
  expect(Messages).toHaveLength(1);
  expect((await consumer.ended).stdout).toBe('try\n'.repeat(3));
  expect(await read('b')).toMatchObject({
    state: 'failed',
    failure: { type: 'RangeError', reason: 'out of stock' },
  });
});

test('an order whose message is lost is overdue, and a redrive message is handled by the same consumer', async () => {
  const page = recipe('');
  await send(page, 'c');
  await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
  await warden.pass(30 * 60_000 + 1_000);
  expect(await read('c')).toMatchObject({ state: 'overdue' });

  await warden.request('POST', '/v1/workflows/orders/redrives', { body: { ids: ['c'] } });
  await warden.functions.runRedrives();
  // As SNS sends it to a queue with raw message delivery.
  const [message] = await warden.redriven('orders');
  await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(message) }));
  const consumer = page.start('node', ['consumer.mjs'], env());
  await consumer.printed('c handled');
  await stop(consumer);
  expect(await read('c')).toMatchObject({ state: 'completed', attempt: 2 });
});

test('without the warden orders are handled, and their completion is delivered when it is back', async () => {
  const way = await Way.to(warden.url);
  onTestFinished(() => way.close());
  const page = recipe('');
  await send(page, 'e');
  const away = { ...env(), WARDEN_URL: way.url };
  const consumer = page.start('node', ['consumer.mjs'], away);
  await consumer.printed('e handled');
  await stop(consumer);
  expect(await read('e')).toMatchObject({ state: 'waiting' });
  await way.open();
  const next = page.start('node', ['consumer.mjs'], away);
  await send(page, 'f');
  await next.printed('f handled');
  await stop(next);
  expect([await read('e'), await read('f')]).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
});

test('a producer that cannot reach the warden sends nothing', async () => {
  const page = new Recipe('sqs-consumer.md', 'http://127.0.0.1:9');
  onTestFinished(() => page.close());
  page.write('send.mjs', "import { send } from './producer.mjs';\nawait send({ id: 'd' });\n");
  expect(await page.run('node', ['send.mjs'], env())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be reached'),
  });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
  expect(Messages).toBeUndefined();
});
