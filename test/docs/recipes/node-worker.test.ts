import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { Recipe } from '../support/recipe.ts';
import { Way } from '../support/way.ts';

/* docs/recipes/node-worker.md */

let warden: EmbeddedWarden;
let token = '';
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  token = (await makeToken(warden, { scopes: ['ingest', 'read'] })).token;
});
afterAll(() => warden.close());

const headers = () => ({ headers: bearer(token) });
const read = async (id: string) =>
  (await warden.request('GET', warden.itemPath('orders', id), headers())).json;

/** @param ship what happens to an order in the last step */
function recipe(ship: string, url = warden.url): Recipe {
  const page = new Recipe('node-worker.md', url, token);
  onTestFinished(() => page.close());
  page.write(
    'work.mjs',
    `export const charge = async () => {};\nexport const ship = async (order) => {${ship}};\n`,
  );
  return page;
}

test('an order that is handled is completed', async () => {
  const ended = await recipe('').run('node', ['main.mjs', 'a', 'b']);
  expect(ended).toMatchObject({ code: 0, stdout: 'a handled\nb handled\n', stderr: '' });
  expect([await read('a'), await read('b')]).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
});

test('an order that throws is failed with the name of the error and not with its message', async () => {
  const ended = await recipe("throw new TypeError('secret 4711')").run('node', ['main.mjs', 'c']);
  expect(ended).toMatchObject({ code: 0, stderr: 'c: secret 4711\n' });
  const { state, failure, data } = await read('c');
  expect([state, failure.type, data]).toEqual(['failed', 'TypeError', { id: 'c', total: 12.5 }]);
  expect(failure.reason).not.toContain('4711');
});

test('a worker that is killed leaves an overdue order with its last step and its data', async () => {
  const page = recipe("console.log('shipping'); await new Promise(() => setInterval(() => {}, 1e6))");
  const running = page.start('node', ['main.mjs', 'd']);
  await running.printed('shipping');
  running.signal('SIGKILL');
  await running.ended;
  await warden.pass(15 * 60_000 + 1_000);
  expect(await read('d')).toMatchObject({
    state: 'overdue',
    step: 'charged',
    data: { id: 'd', total: 12.5 },
  });
});

test('without the warden the orders are handled, and the next process delivers what was kept, in order', async () => {
  const way = await Way.to(warden.url);
  onTestFinished(() => way.close());
  const page = recipe("if (order.id === 'f') throw new Error('no')", way.url);
  const ended = await page.run('node', ['main.mjs', 'e', 'f']);
  expect(ended).toMatchObject({ code: 0, stdout: 'e handled\nf handled\n' });
  expect((await read('e')).state).toBeUndefined();

  await way.open();
  page.write(
    'main.mjs',
    `${page.read('worker.mjs')}\nconsole.log(JSON.stringify(await warden.flush()));\nprocess.exit();\n`,
  );
  const flushed = await page.run('node', ['main.mjs']);
  expect(JSON.parse(flushed.stdout)).toMatchObject({ left: 0, refused: [] });
  expect([await read('e'), await read('f')]).toMatchObject([{ state: 'completed' }, { state: 'failed' }]);
});
