/**
 * A worker of OpenFn is killed while it runs a workflow. The work order says `running`, and nothing raises an error. The
 * ingress has registered the webhook's body, so it is posted again; the watcher reports the old work order.
 * Run: npm run example -- openfn
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startLoadBalancer } from '../support/load-balancer.ts';
import { LocalWarden } from '../support/local-warden.ts';
import { perform, say } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { WardenClient } from '../support/warden-client.ts';
import { FakeLightning } from './fake-lightning.ts';
import { startIngress } from './ingress.ts';
import { pass } from './watcher.ts';
import { work } from './worker.ts';

const ids = [1, 2, 3, 4, 5].map((n) => `order-${n}`);
const lost = 'order-3';

await perform(async (stage) => {
  const openfn = await new FakeLightning().listen();
  stage.atEnd(() => openfn.close());
  // The warden must know the ingress, and the ingress the warden.
  const resume = await startLoadBalancer(stage);
  const service = await LocalWarden.start(stage, `${resume.url}/resume`);
  const orders = new WardenClient(service.url, 'orders');
  const ingress = await startIngress(openfn.url, orders, '5s');
  stage.atEnd(ingress.close);
  resume.target = ingress.url;
  const watcher = {
    openfn,
    items: new WardenClient(service.url, 'openfn'),
    passes: new WardenClient(service.url, 'openfn-watcher'),
    cursorFile: join(stage.folder, 'cursor.json'),
    timeoutMs: 3_600_000,
    now: Date.now,
  };
  await watcher.passes.save({ expect: { atLeast: 1, every: '5m' } });

  for (const order of ids) {
    const { status } = await fetch(`${ingress.url}/i/trigger-1`, {
      method: 'POST',
      headers: { 'idempotency-key': order },
      body: JSON.stringify({ order }),
    });
    assert.equal(status, 202);
  }
  await pass(watcher);
  say(`${ids.length} webhooks were posted; each workflow must be done within 5 seconds.`);
  await work(openfn, orders, lost);
  await pass(watcher);
  const { waiting } = await watcher.items.counts();
  assert.equal(waiting, 1);
  say(`A worker is killed while it runs ${lost}. OpenFn says: running. The warden says:`);
  const { items } = await service.show('opened');
  assert.deepEqual(
    items.map(({ item }) => item),
    [lost],
  );

  say('The overdue webhook is resumed: the ingress posts it to OpenFn again.');
  await orders.redrive();
  await until('second work order', () => openfn.workOrders.size === ids.length + 1);
  await work(openfn, orders);
  assert.equal((await orders.counts()).overdue, 0);
  say(`All ${ids.length} webhooks are done: 0 waiting, 0 overdue, 0 failed.`);

  const [first] = [...openfn.workOrders.values()].filter(({ state }) => state === 'running');
  openfn.change(first?.id ?? '', 'lost');
  await pass(watcher);
  const [failed] = await watcher.items.list({ state: 'failed' });
  assert.equal(failed?.item, first?.id);
  say('Hours later OpenFn marks the first work order as lost. The watcher reports it as failed: 1 failed.');
});
