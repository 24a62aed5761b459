import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultQueueShards } from '../../../../core/aws/items/keys.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
/** How long every batch read takes, in milliseconds. */
let slowMs = 0;

beforeAll(async () => {
  warden = await startWarden();
  warden.aws.dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'BatchGetItemCommand') warden.clock.advance(slowMs);
        return next(args);
      },
    { step: 'initialize' },
  );
});
afterAll(() => warden.close());

test('P1 a sweep whose time is up leaves lost items to the next, and reports those that it found', async () => {
  const workflow = warden.newWorkflow();
  // More items than are checked at once.
  const items = 120;
  const operations = Array.from({ length: items }, (_, item) => ({
    op: 'register',
    item: `${item}`,
    timeout: 60,
  }));
  for (const part of [operations.slice(0, 60), operations.slice(60)]) {
    await warden.request('POST', `/v1/workflows/${workflow}/batch`, { body: { operations: part } });
  }
  const overdue = async () =>
    (await warden.request('GET', `/v1/workflows/${workflow}`)).json.counts.overdue as number;

  warden.clock.advance(200_000);
  slowMs = 30_000;
  await warden.sweep();
  slowMs = 0;
  const first = await overdue();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(items);
  expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened' }]);

  await warden.sweep();
  expect(await overdue()).toBe(items);
  expect(await warden.events(workflow)).toHaveLength(items);
});

test('a sweep asks each partition of a calm workflow once', async () => {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'one', { timeout: 86_400 });
  const asked: (string | undefined)[] = [];
  warden.aws.dynamodb.middlewareStack.add(
    (next) => (args) => {
      const { ExpressionAttributeValues: values } = args.input as {
        ExpressionAttributeValues?: Record<string, { S?: string }>;
      };
      if (values?.[':queue']) asked.push(values[':queue'].S);
      return next(args);
    },
    { step: 'initialize' },
  );
  await sweepOne(warden, workflow);
  expect(asked).toHaveLength(4 * defaultQueueShards);
  expect(new Set(asked).size).toBe(asked.length);
});
