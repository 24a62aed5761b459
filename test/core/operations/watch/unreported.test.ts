import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attributesOf, placeOf } from '../../../../core/aws/items/keys.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const second = 1_000;
const minute = 60 * second;

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
});
afterAll(() => warden.close());

const told = async (workflow: string) => (await warden.notifications(workflow)).map(({ event }) => event);

test('issue 10: no incident ends while an item is marked overdue and reporting it keeps failing (P3)', async () => {
  const workflow = warden.newWorkflow();
  for (const item of ['a', 'b']) await warden.register(workflow, item, { timeout: 5 });
  await warden.pass(6 * second);
  await warden.complete(workflow, 'a');
  await warden.complete(workflow, 'b');
  await warden.register(workflow, 'c', { timeout: 5 });
  warden.clock.advance(6 * second);
  const { items, itemEvents } = warden.aws.service;
  const seen = await items.readOpen(workflow, 'c');
  if (!seen) throw new Error('no item');
  await items.expire(seen, new Date(warden.clock.now()).toISOString(), 'timer');
  const publish = itemEvents.publish;
  itemEvents.publish = () => Promise.reject(new Error('throttled'));
  for (let passed = 0; passed < 6; passed++) {
    warden.clock.advance(minute);
    await sweepOne(warden, workflow).catch(() => {});
  }
  expect(await told(workflow)).not.toContain('resolved');
  itemEvents.publish = publish;
  await sweepOne(warden, workflow);
  expect((await warden.read(workflow, 'c')).json).toMatchObject({ state: 'overdue' });
  await warden.complete(workflow, 'c');
  for (let passed = 0; passed < 4; passed++) {
    warden.clock.advance(minute);
    await sweepOne(warden, workflow);
  }
  expect((await told(workflow)).at(-1)).toBe('resolved');
});

test('issue 10: nor while an overdue item has failed and its report was lost in a crash (P3)', async () => {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 5 });
  await warden.pass(6 * second);
  expect(await told(workflow)).toEqual(['opened']);
  const { itemEvents } = warden.aws.service;
  const publish = itemEvents.publish;
  itemEvents.publish = () => Promise.reject(new Error('killed'));
  await warden.progress(workflow, 'a', { failed: { reason: 'no disk' } });
  itemEvents.publish = publish;
  warden.clock.advance(50 * second);
  await sweepOne(warden, workflow);
  expect(await told(workflow)).not.toContain('resolved');
  warden.clock.advance(2 * minute);
  await sweepOne(warden, workflow);
  expect((await warden.events(workflow)).map(({ event }) => event)).toContain('item.failed');
  expect(await warden.aws.service.incidents.open.read(workflow, 'overdue')).toBeDefined();
});

test('no incident ends while there are more items past their check than a sweep can read, and the log says so (P3)', async () => {
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'first', { timeout: 5 });
  await warden.pass(6 * second);
  await warden.complete(workflow, 'first');
  await warden.sweep();
  expect(await told(workflow)).toEqual(['opened']);
  // More than the first page of a sweep, and in the last partition an overdue item that was not reported.
  const names = Array.from({ length: 130 }, (_, index) => `late${index}`);
  const last = names.findLast((item) => placeOf(itemRecord({ workflow, item })).queue.endsWith('#7')) ?? '';
  await Promise.all(names.map((item) => warden.register(workflow, item, { timeout: item === last ? 6 : 5 })));
  warden.clock.advance(10 * second);
  const { items } = warden.aws.service;
  const item = await items.readOpen(workflow, last);
  if (!item) throw new Error('no item');
  await items.expire(item, new Date(warden.clock.now()).toISOString(), 'timer');
  for (let passed = 0; passed < 5; passed++) {
    warden.clock.advance(20 * second);
    await sweepOne(warden, workflow, warden.clock.now());
  }
  expect(await told(workflow)).not.toContain('resolved');
  expect(warden.logLines.join('\n')).toContain('not all items past their next check were read');
});

test('issue 10: thousands of records that cannot be read hide no lost item behind them (P1, P8)', async () => {
  const workflow = warden.newWorkflow();
  // In the last partition, so that all others are read before.
  const names = Array.from({ length: 100 }, (_, index) => `lost${index}`);
  const lost = names.find((item) => placeOf(itemRecord({ workflow, item })).queue.endsWith('#7')) ?? '';
  await warden.register(workflow, lost, { timeout: 5 });
  const { dynamodb, environment } = warden.aws;
  const record = await warden.aws.service.items.readOpen(workflow, lost);
  if (!record) throw new Error('no item');
  const long = new Date(warden.clock.now() - 60 * minute).toISOString();
  // So many that they fill the budget of a sweep.
  for (let from = 0; from < 5_200; from += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const broken = attributesOf(itemRecord({ workflow, item: `broken${from + index}`, timerAt: long }));
        const Item = { ...broken, ...marshall({ steps: 'none' }) };
        return dynamodb.send(new PutItemCommand({ TableName: environment.ITEMS_TABLE, Item }));
      }),
    );
  }
  warden.clock.advance(5 * minute);
  await sweepOne(warden, workflow).catch(() => {});
  expect((await warden.read(workflow, lost)).json).toMatchObject({ state: 'overdue', caughtBy: 'sweep' });
}, 60_000);
