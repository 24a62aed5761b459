import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { pythonFile } from '../../clients/python/python-process.ts';
import { python } from '../../support/engines/runtimes.ts';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { Recipe } from '../support/recipe.ts';
import { Way } from '../support/way.ts';

/* docs/recipes/python-worker.md, where Python is there. */

const client = join(import.meta.dirname, '../../../clients/python/process_warden.py');
const isThere = 'version' in (await python());

describe.runIf(isThere)('the recipe of a Python worker', () => {
  let warden: EmbeddedWarden;
  let token = '';
  let interpreter = '';
  beforeAll(async () => {
    warden = await startWarden({ auth: true });
    token = (await makeToken(warden, { scopes: ['ingest', 'read'] })).token;
    // Not the shim of a version manager, which needs the home folder.
    interpreter = await pythonFile();
  });
  afterAll(() => warden.close());

  const read = async (id: string) => {
    const headers = bearer(token);
    return (await warden.request('GET', warden.itemPath('orders', id), { headers })).json;
  };

  function recipe(ship: string, url = warden.url): Recipe {
    const page = new Recipe('python-worker.md', url, token);
    onTestFinished(() => page.close());
    copyFileSync(client, join(page.folder, 'process_warden.py'));
    page.write('work.py', `def charge(order): pass\ndef ship(order):\n    ${ship}\n`);
    return page;
  }

  test('an order that is handled is completed', async () => {
    const ended = await recipe('pass').run(interpreter, ['worker.py', 'a', 'b']);
    expect(ended).toEqual({ code: 0, stdout: 'a handled\nb handled\n', stderr: '' });
    expect([await read('a'), await read('b')]).toMatchObject([
      { state: 'completed' },
      { state: 'completed' },
    ]);
  });

  test('a function with the decorator is watched', async () => {
    expect(await recipe('pass').run(interpreter, ['decorated.py'])).toMatchObject({ code: 0, stderr: '' });
    expect(await read('4711')).toMatchObject({ state: 'completed' });
  });

  test('an order that raises is failed with the class of the exception and not with its message', async () => {
    const ended = await recipe("raise LookupError('secret 4711')").run(interpreter, ['worker.py', 'c']);
    expect(ended).toMatchObject({ code: 0, stderr: 'c: secret 4711\n' });
    const { state, failure, data } = await read('c');
    expect([state, failure.type, data]).toEqual(['failed', 'LookupError', { id: 'c', total: 12.5 }]);
    expect(failure.reason).not.toContain('4711');
  });

  test('a worker that is killed leaves an overdue order with its last step and its data', async () => {
    const ship = "import time; print('shipping', flush=True); time.sleep(60)";
    const running = recipe(ship).start(interpreter, ['worker.py', 'd']);
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

  test('without the warden the orders are handled, and the next process delivers what was kept', async () => {
    const way = await Way.to(warden.url);
    onTestFinished(() => way.close());
    const page = recipe("if order['id'] == 'f': raise ValueError('no')", way.url);
    const ended = await page.run(interpreter, ['worker.py', 'e', 'f']);
    expect(ended).toMatchObject({ code: 0, stdout: 'e handled\nf handled\n' });
    expect((await read('e')).state).toBeUndefined();
    await way.open();
    expect(await page.run(interpreter, ['worker.py', 'g'])).toMatchObject({ code: 0 });
    expect([await read('e'), await read('f'), await read('g')]).toMatchObject([
      { state: 'completed' },
      { state: 'failed' },
      { state: 'completed' },
    ]);
  });
});
