/**
 * A server is killed between the commit of an order and the call that registers it with the warden. The registration is
 * in the outbox, so it is sent after the restart.
 * Run: npm run example -- outbox
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { post } from '../support/json-server.ts';
import { LocalWarden } from '../support/local-warden.ts';
import { ServerProcess } from '../support/server-process.ts';
import { perform, say } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { WardenClient } from '../support/warden-client.ts';
import { OrderStore } from './order-store.ts';

const orders = Array.from({ length: 5 }, (_, n) => `order-${n}`);

await perform(async (stage) => {
  const service = await LocalWarden.start(stage);
  const warden = new WardenClient(service.url, 'orders');
  const database = join(stage.folder, 'orders.sqlite');

  const first = await ServerProcess.start(stage, 'examples/outbox/order-server.ts', [
    ...[service.url, database, String(orders.length)],
  ]);
  // The server is killed before it replies to the last one.
  await Promise.allSettled(orders.map((order) => post(first.url, { order, customer: 'acme' })));
  await first.stop('SIGTERM');
  const store = new OrderStore(database);
  stage.atEnd(() => store.close());
  assert.deepEqual([store.orders(), store.unregistered(100).length], [orders, orders.length]);
  await assert.rejects(warden.list(), /404/);
  say(`${orders.length} orders are committed. The server was killed before it called the warden.`);
  say(`The outbox has ${orders.length} registrations, and the warden knows no order.`);

  await ServerProcess.start(stage, 'examples/outbox/order-server.ts', [service.url, database]);
  await until('empty outbox', () => store.unregistered(100).length === 0);
  const watched = (await warden.list()).map(({ item }) => item).sort();
  assert.deepEqual(watched, orders);
  say(
    `The server is started again: the warden watches all ${watched.length} orders, and the outbox is empty.`,
  );

  for (const order of orders) await warden.complete(order);
  const { waiting, overdue } = await warden.counts();
  assert.deepEqual([waiting, overdue], [0, 0]);
  say(`All ${orders.length} orders are completed: ${waiting} waiting, ${overdue} overdue.`);
});
