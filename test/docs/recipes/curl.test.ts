import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { Recipe } from '../support/recipe.ts';

/* docs/recipes/curl.md, with the token that the page asks for. */

let warden: EmbeddedWarden;
let token = '';
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  token = (await makeToken(warden, { scopes: ['ingest', 'read'] })).token;
});
afterAll(() => warden.close());

function recipe(url = warden.url): Recipe {
  const one = new Recipe('curl.md', url);
  onTestFinished(() => one.close());
  return one;
}

const only = async () => {
  const list = await warden.request('GET', '/v1/workflows/imports/items', { headers: bearer(token) });
  return list.json.items;
};
const read = async (id: string) =>
  (await warden.request('GET', warden.itemPath('imports', id), { headers: bearer(token) })).json;

test('a command that succeeds is completed, with its output and exit code as without the script', async () => {
  const page = recipe();
  page.write('import.sh', '#!/bin/sh\necho imported\n');
  const ended = await page.run('sh', ['nightly.sh'], { WARDEN_TOKEN: token });
  expect(ended).toEqual({ code: 0, stdout: 'imported\n', stderr: '' });
  const id = `import ${new Date().toISOString().slice(0, 10)}`;
  expect(await read(id)).toMatchObject({ state: 'completed' });
});

test('a command that fails is failed with the end of its error output, whatever characters it has', async () => {
  const page = recipe();
  page.write('job', `#!/bin/sh\nprintf '%s\\n' 'cannot read "a\\b": $HOME' >&2\nexit 3\n`);
  const ended = await page.run('./watched', ['imports', 's3://in/a b?c', '15m', './job'], {
    WARDEN_TOKEN: token,
  });
  expect(ended).toEqual({ code: 3, stdout: '', stderr: 'cannot read "a\\b": $HOME\n' });
  const { state, failure } = await read('s3://in/a b?c');
  expect(state).toBe('failed');
  expect(failure.reason).toBe('exit code 3: cannot read "a\\b": $HOME');
});

test('a script that is killed is overdue after 15 minutes', async () => {
  const page = recipe();
  page.write('import.sh', '#!/bin/sh\necho begun; exec sleep 60\n');
  const script = page.start('./watched', ['imports', 'killed', '15m', './import.sh'], {
    WARDEN_TOKEN: token,
  });
  await script.printed('begun');
  script.signal('SIGKILL');
  await warden.pass(14 * 60_000);
  expect(await only()).toContainEqual(expect.objectContaining({ item: 'killed', state: 'waiting' }));
  await warden.pass(61_000);
  expect(await only()).toContainEqual(expect.objectContaining({ item: 'killed', state: 'overdue' }));
  expect(await warden.notifications('imports')).toMatchObject([{ event: 'opened' }]);
});

test('data with quotes and line breaks arrives as it is', async () => {
  const page = recipe();
  const file = 'a "quoted"\\ näme';
  expect(await page.run('sh', ['with-data.sh', file], { WARDEN_TOKEN: token })).toMatchObject({ code: 0 });
  expect((await read(file)).data).toEqual({ file });
});

test('without the warden the command runs, and its exit code is kept', async () => {
  const page = recipe('http://127.0.0.1:9');
  page.write('job', '#!/bin/sh\necho done; exit 4\n');
  const ended = await page.run('./watched', ['imports', 'away', '15m', './job'], { WARDEN_TOKEN: token });
  expect(ended).toMatchObject({ code: 4, stdout: 'done\n' });
  expect(ended.stderr).toContain('watched: away runs unwatched');
  expect(ended.stderr).toContain('watched: the warden did not take the report on away');
});
