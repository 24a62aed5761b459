import { DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { NotificationBudget } from '../../../../core/aws/registry/notification-budget.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  return warden;
}

/** As another function has it: with nothing in its memory. */
function another({ aws, clock }: EmbeddedWarden, errors: string[] = []): NotificationBudget {
  const entries = { client: aws.dynamodb, table: aws.environment.REGISTRY_TABLE };
  return new NotificationBudget(entries, clock, { error: (message) => errors.push(message) });
}

async function granted(budgets: readonly NotificationBudget[], asked: number): Promise<number> {
  const all = budgets.flatMap((budget) => Array.from({ length: asked }, () => budget.take('notification')));
  return (await Promise.all(all)).filter(Boolean).length;
}

test('security H3: functions that ask at once share the budget: 4 a second, 18 a minute, and a digest besides (P6)', async () => {
  const warden = await start();
  const budgets = [another(warden), another(warden), another(warden)];
  let total = 0;
  for (let second = 0; second < 6; second++) {
    const now = await granted(budgets, 3);
    expect(now).toBeLessThanOrEqual(4);
    total += now;
    warden.clock.advance(1_000);
  }
  expect(total).toBe(18);
  expect(await another(warden).take('digest')).toBe(true);
  expect(await another(warden).take('digest')).toBe(true);
  expect(await another(warden).take('digest')).toBe(false);
  warden.clock.advance(54_000);
  // The first four are a minute old.
  expect(await granted([another(warden)], 5)).toBe(2);
});

test('a budget that is used up is not asked for again until there may be room', async () => {
  const warden = await start();
  const budget = another(warden);
  await granted([budget], 4);
  let calls = 0;
  warden.aws.dynamodb.middlewareStack.add(
    (next) => (args) => {
      calls++;
      return next(args);
    },
    { step: 'initialize' },
  );
  expect(await granted([budget], 400)).toBe(0);
  expect(calls).toBe(1);
  warden.clock.advance(1_000);
  expect(await budget.take('notification')).toBe(true);
});

test('if the record cannot be reached, people are notified, within what one process may send (P7)', async () => {
  const warden = await start();
  await warden.aws.dynamodb.send(
    new DeleteTableCommand({ TableName: warden.aws.environment.REGISTRY_TABLE }),
  );
  const errors: string[] = [];
  expect(await granted([another(warden, errors)], 9)).toBe(4);
  expect(errors).toContain('budget of notifications cannot be used');
});

test('a record that cannot be read is replaced', async () => {
  const warden = await start();
  const Item = { kind: { S: 'budget' }, name: { S: 'notifications' }, recent: { S: 'many' } };
  await warden.aws.dynamodb.send(
    new PutItemCommand({ TableName: warden.aws.environment.REGISTRY_TABLE, Item }),
  );
  expect(await granted([another(warden)], 9)).toBe(4);
  expect(await granted([another(warden)], 9)).toBe(0);
});

test('a clock that was wrong keeps nobody from being notified', async () => {
  const warden = await start();
  const budget = another(warden);
  expect(await granted([budget], 9)).toBe(4);
  warden.clock.advance(-86_400_000);
  expect(await granted([budget], 9)).toBe(4);
});
