import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { runStep, type State } from '../support/http-adaptor.ts';
import { filesOf } from '../support/recipe.ts';

/* docs/recipes/openfn-job.md, with a stand-in for the adaptor. */

const page = filesOf('openfn-job.md');
const step = (name: string, state: State, log?: string[]) => runStep(page.get(name) ?? '', state, log);

let warden: EmbeddedWarden;
let configuration = { baseUrl: '', access_token: '' };
let reader = '';
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  const { token } = await makeToken(warden, { scopes: ['ingest'] });
  configuration = { baseUrl: warden.url, access_token: token };
  reader = (await makeToken(warden, { scopes: ['read'] })).token;
});
afterAll(() => warden.close());

const read = async (item: string) => {
  const headers = { authorization: `Bearer ${reader}` };
  return (await warden.request('GET', warden.itemPath('openfn-orders', item), { headers })).json;
};
const webhook = (id: string): State => ({ configuration, data: { id, total: 12.5, customer: 'Ö & Co' } });

test('the first step registers the body of the webhook, and the last one completes it', async () => {
  const registered = await step('register.js', webhook('orders/1 a?b'));
  expect(await read('orders/1 a?b')).toMatchObject({
    state: 'waiting',
    data: { id: 'orders/1 a?b', total: 12.5, customer: 'Ö & Co' },
  });
  // What the work of the steps in between does to the state.
  await step('complete.js', { ...registered, data: { sent: true } });
  expect(await read('orders/1 a?b')).toMatchObject({ state: 'completed' });
});

test('a step that fails is reported with the messages of the errors', async () => {
  const registered = await step('register.js', webhook('2'));
  const errors = { 'job-1': { message: 'the ERP said "no"\nand hung up' } };
  await step('fail.js', { ...registered, errors });
  const { state, failure } = await read('2');
  expect([state, failure]).toEqual(['failed', expect.objectContaining({ type: 'openfn' })]);
  expect(failure.reason).toBe('the ERP said "no"\nand hung up');
});

test('a run that is lost after its first step is overdue after 15 minutes, with the body of the webhook', async () => {
  await step('register.js', webhook('3'));
  await warden.pass(15 * 60_000 + 1_000);
  expect(await read('3')).toMatchObject({ state: 'overdue', data: { id: '3' } });
});

test('without the warden the workflow continues, and its log says that the run is not watched', async () => {
  const away = { ...webhook('4'), configuration: { ...configuration, baseUrl: 'http://127.0.0.1:9' } };
  const log: string[] = [];
  const state = await step('register.js', away, log);
  expect(state.order).toEqual(away.data);
  expect(log).toEqual([expect.stringContaining('This run is not watched:')]);
  await expect(step('complete.js', state)).rejects.toThrow();
});
