import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { Recipe } from '../support/recipe.ts';
import { Way } from '../support/way.ts';

/* docs/recipes/cron.md, run by the crontab's line as cron does: by sh. */

let warden: EmbeddedWarden;
let token = '';
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  token = (await makeToken(warden, { scopes: ['ingest', 'read'] })).token;
});
afterAll(() => warden.close());

const today = () => `backup-${new Date().toISOString().slice(0, 10)}`;
const headers = () => ({ headers: bearer(token) });
const read = async () => (await warden.request('GET', warden.itemPath('backup', today()), headers())).json;

function recipe(backup: string, url = warden.url) {
  const page = new Recipe('cron.md', url, token);
  onTestFinished(() => page.close());
  page.write('backup.sh', `#!/bin/sh\n${backup}\n`);
  const [, command = ''] = /^PATH=\S+\n30 2 \* \* \* (.*)\n$/.exec(page.read('crontab')) ?? [];
  return { page, line: command.replace('/opt/backup', page.folder) };
}

test('a backup that succeeds is completed', async () => {
  const { page, line } = recipe('echo "saved $1"');
  expect(await page.run('sh', ['-c', line])).toEqual({ code: 0, stdout: 'saved --all\n', stderr: '' });
  expect(await read()).toMatchObject({ state: 'completed' });
});

test('a backup that fails is reported at once, with the end of its error output', async () => {
  const { page, line } = recipe('echo "no space left on \'/dev/sdb\'" >&2; exit 3');
  expect(await page.run('sh', ['-c', line])).toMatchObject({ code: 3, stdout: '' });
  const { state, failure } = await read();
  expect([state, failure.reason]).toEqual(['failed', expect.stringContaining("no space left on '/dev/sdb'")]);
});

test('a backup whose machine is lost is overdue after two hours', async () => {
  const { page, line } = recipe('echo begun; exec sleep 60');
  const running = page.start('sh', ['-c', line]);
  await running.printed('begun');
  page.lose(running);
  await running.ended;
  await warden.pass(2 * 3_600_000 + 1_000);
  expect(await read()).toMatchObject({ state: 'overdue' });
  expect(await warden.notifications('backup')).not.toEqual([]);
});

test('without the warden the backup runs, and `warden flush` reports it when the warden is back', async () => {
  const way = await Way.to(warden.url);
  onTestFinished(() => way.close());
  const { page, line } = recipe('echo saved', way.url);
  const ended = await page.run('sh', ['-c', line]);
  expect(ended).toMatchObject({ code: 0, stdout: 'saved\n' });
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(await read()).toMatchObject({ state: 'overdue' });
  await way.open();
  expect(await page.run('warden', ['flush'])).toMatchObject({ code: 0 });
  expect(await read()).toMatchObject({ state: 'completed' });
});

test('with --require-watch the backup does not start without the warden', async () => {
  const { page, line } = recipe('echo saved', 'http://127.0.0.1:9');
  const script = page.read('backup-with-warden').replace(' -- ', ' --require-watch -- ');
  page.write('backup-with-warden', script);
  expect(await page.run('sh', ['-c', line])).toMatchObject({ code: 75, stdout: '' });
});
