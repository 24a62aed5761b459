/**
 * A pipeline is killed, and its database with its queue is lost: only the warden still knows thousands of orders. It
 * sends one notification, and returns every order to an empty pipeline. Takes about a minute.
 * Run: npm run example -- total-outage [--orders 2000]
 */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { post } from '../support/json-server.ts';
import { startLoadBalancer } from '../support/load-balancer.ts';
import { LocalWarden } from '../support/local-warden.ts';
import { ServerProcess } from '../support/server-process.ts';
import { perform, say } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { WardenClient } from '../support/warden-client.ts';
import { madeUpOrders } from './made-up-orders.ts';
import { OrderDatabase } from './order-database.ts';

const { values } = parseArgs({ options: { orders: { type: 'string', default: '2000' } } });
const batch = 100;
/** Packed before the outage. */
const packed = madeUpOrders(0, batch);
const lost = madeUpOrders(batch, Number(values.orders));
/** Seconds in which an order must be packed. More orders take this machine longer to accept. */
const timeout = 5 + lost.length / 200;

await perform(async (stage) => {
  const pipelines = await startLoadBalancer(stage);
  const service = await LocalWarden.start(stage, `${pipelines.url}/resume`);
  const warden = new WardenClient(service.url, 'orders');
  const folder = join(stage.folder, 'pipeline');
  const database = join(folder, 'orders.db');
  const startPipeline = async () => {
    await mkdir(folder);
    const args = [service.url, database, `${timeout}`];
    return ServerProcess.start(stage, 'examples/total-outage/pipeline.ts', args);
  };

  const first = await startPipeline();
  await post(`${first.url}/orders`, packed);
  await post(`${first.url}/pack`, { most: batch });
  for (let taken = 0; taken < lost.length; taken += batch) {
    await post(`${first.url}/orders`, lost.slice(taken, taken + batch));
  }
  say(`A pipeline has taken ${packed.length + lost.length} orders and packed ${packed.length}.`);
  await first.stop('SIGKILL');
  await rm(folder, { recursive: true });
  say(`The pipeline is killed, and its database with the queue is deleted: ${lost.length} orders are lost.`);
  say('The warden says:');
  await service.show('opened');
  await until('deadline of all', async () => (await warden.counts()).waiting === 0);
  const { overdue } = await warden.counts();
  say(`${overdue} orders are overdue. People were notified: ${timesText(service.notifications.length)}.`);
  assert.equal(overdue, lost.length);

  const rate = 100;
  const { count, bytes, takesMs } = await warden.dryRun({ rate });
  say(`A dry run of the redrive: ${count} orders, ${bytes} bytes of data, ${takesMs / 1000} s.`);
  assert.equal(count, lost.length);
  const second = await startPipeline();
  pipelines.target = second.url;
  say('An empty pipeline is started and receives the orders that the warden resumes.');
  const { id } = await warden.redrive({ rate, timeout: 600 });
  await until('end of the redrive', async () => (await warden.readRedrive(id)).state === 'done');
  const { resumed, failed } = await warden.readRedrive(id);
  say(`Resumed: ${resumed} orders; failed: ${failed}.`);
  assert.equal(resumed, lost.length);
  await until('end of the packing', async () => {
    await post(`${second.url}/pack`, { most: batch });
    return (await warden.counts()).waiting === 0;
  });
  await second.stop('SIGTERM');

  const recovered = new OrderDatabase(database).orders();
  assert.deepEqual(recovered, lost);
  const left = await warden.counts();
  say(
    `All ${recovered.length} orders are in the new database as they were in the lost one, and packed: ` +
      `${left.waiting} waiting, ${left.overdue} overdue.`,
  );
  say(`People were notified: ${timesText(service.notifications.length)}.`);
  // A second notification, a minute after the first, may say what has changed since.
  assert.ok(service.notifications.length <= 2);
});

function timesText(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
