import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { FakeLightning } from '../../../examples/openfn/fake-lightning.ts';
import { type Ingress, startIngress } from '../../../examples/openfn/ingress.ts';
import { work } from '../../../examples/openfn/worker.ts';
import { WardenClient } from '../../../examples/support/warden-client.ts';
import { runStep } from '../../docs/support/http-adaptor.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

/* The ingress before OpenFn's webhooks, against a fake of Lightning and the real service. Time is moved by hand. */

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

let openfn: FakeLightning;
let workflow = '';
let orders: WardenClient;
let ingress: Ingress;
let said: string[] = [];
beforeEach(async () => {
  openfn = await new FakeLightning(() => warden.clock.now()).listen();
  workflow = warden.newWorkflow();
  said = [];
  orders = new WardenClient(warden.url, workflow);
  ingress = await startIngress(openfn.url, orders, '15m', (line) => said.push(line));
  onTestFinished(() => {
    openfn.close();
    ingress.close();
  });
});

const post = async (path: string, body: unknown, headers: Record<string, string> = {}, to = ingress) => {
  const response = await fetch(to.url + path, { method: 'POST', body: JSON.stringify(body), headers });
  return { status: response.status, body: await response.json() };
};
const send = (order: string, to = ingress) =>
  post('/i/trigger-1', { order }, { 'idempotency-key': order }, to);
const read = async (item: string) => (await warden.read(workflow, item)).json;
const bodies = () => [...openfn.workOrders.values()].map(({ body }) => body);

/** Resumes overdue and failed items, and delivers each message as the redrive webhook does. */
async function redrive(deliveries = 1): Promise<number[]> {
  await orders.redrive();
  await warden.functions.runRedrives();
  const messages = await warden.redriven(workflow);
  const statuses: number[] = [];
  for (const message of messages) {
    for (let n = 0; n < deliveries; n++) statuses.push((await post('/resume', message)).status);
  }
  return statuses;
}

test('the warden has the body before OpenFn does, and the last step completes the item', async () => {
  expect(await send('order/ä 1')).toEqual({ status: 202, body: { item: 'order/ä 1' } });
  expect(await read('order/ä 1')).toMatchObject({
    state: 'waiting',
    data: { path: '/i/trigger-1', body: { order: 'order/ä 1' } },
  });
  await work(openfn, orders);
  expect(await read('order/ä 1')).toMatchObject({ state: 'completed' });
});

test('the last step as the README has it completes the item of the request that started the workflow', async () => {
  await send('order/ä 2');
  const readme = readFileSync(join(import.meta.dirname, '../../../examples/openfn/README.md'), 'utf8');
  const [, step = ''] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const [order] = openfn.workOrders.values();
  const configuration = { baseUrl: warden.url };
  const code = step.replaceAll('/workflows/orders/', `/workflows/${workflow}/`);
  await runStep(code, { configuration, data: {}, request: { headers: order?.headers } });
  expect(await read('order/ä 2')).toMatchObject({ state: 'completed' });
});

test('without the warden nothing reaches OpenFn, and the sender is asked to send it again', async () => {
  const away = await startIngress(
    openfn.url,
    new WardenClient('http://127.0.0.1:9', workflow),
    '15m',
    (line) => said.push(line),
  );
  onTestFinished(() => away.close());
  expect((await send('a', away)).status).toBe(503);
  expect(said).toEqual(['/i/trigger-1: fetch failed']);
  expect(bodies()).toEqual([]);
});

test('a webhook that the sender repeats is posted once, also after its completion', async () => {
  await send('a');
  await send('a');
  await work(openfn, orders);
  expect((await send('a')).status).toBe(202);
  expect(bodies()).toEqual([{ order: 'a' }]);
});

test('a run that is lost is overdue, and the redrive posts the same body again', async () => {
  await send('a');
  await work(openfn, orders, 'a');
  await warden.pass(15 * 60_000 + 1_000);
  expect(await read('a')).toMatchObject({ state: 'overdue' });
  expect(await redrive()).toEqual([200]);
  expect(bodies()).toEqual([{ order: 'a' }, { order: 'a' }]);
  await work(openfn, orders);
  expect(await read('a')).toMatchObject({ state: 'completed', attempt: 2 });
});

test('a redrive message that arrives after the completion posts nothing', async () => {
  await send('a');
  await warden.pass(15 * 60_000 + 1_000);
  await orders.redrive();
  await warden.functions.runRedrives();
  const [message] = await warden.redriven(workflow);
  await work(openfn, orders);
  expect(await post('/resume', message)).toEqual({ status: 200, body: { item: 'a', isOver: true } });
  expect(bodies()).toHaveLength(1);
});

test.each([
  [
    'answers 500',
    () => {
      openfn.answersWith = 500;
    },
    'OpenFn answered 500',
  ],
  ['cannot be reached', () => openfn.close(), 'OpenFn cannot be reached: TypeError'],
  [
    'has no run left',
    () => {
      openfn.isOverLimit = true;
    },
    'OpenFn created no run: too_many_runs',
  ],
])('when OpenFn %s, the sender is done, and the item is failed at once', async (_, spoil, reason) => {
  spoil();
  expect((await send('a')).status).toBe(202);
  expect(await read('a')).toMatchObject({ state: 'failed', failure: { type: 'openfn', reason } });
});

test('when OpenFn does not take a redrive, the message is delivered again', async () => {
  openfn.answersWith = 503;
  await send('a');
  expect(await redrive(2)).toEqual([503, 503]);
  expect(await read('a')).toMatchObject({ state: 'waiting', attempt: 2 });
});
