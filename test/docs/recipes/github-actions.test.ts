import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { jobOf, runJob } from '../support/github-job.ts';
import { Recipe } from '../support/recipe.ts';

/* docs/recipes/github-actions.md: the YAML is parsed, and bash runs its scripts. */

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

let runs = 100;
/** A copied page, the expressions of a run of its own, and the item of the run. */
function newRun(url = warden.url) {
  const page = new Recipe('github-actions.md', url);
  onTestFinished(() => page.close());
  const id = String(++runs);
  const values = {
    'vars.WARDEN_URL': url,
    'secrets.WARDEN_TOKEN': 'pw_x',
    'github.workflow': 'nightly-export',
    'github.run_id': id,
    'github.run_attempt': '1',
    'github.server_url': 'https://github.com',
    'github.repository': 'acme/orders',
  };
  const job = jobOf(page.read('.github/workflows/nightly-export.yml'));
  return { page, values, job, item: `nightly-export ${id}` };
}
const read = async (item: string) => (await warden.read('nightly-export', item)).json;

test('a run that succeeds is completed', async () => {
  const { page, values, job, item } = newRun();
  page.write('export.sh', '#!/bin/sh\nexit 0\n');
  const ended = await runJob(page, job, values);
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']));
  expect(await read(item)).toMatchObject({ state: 'completed' });
});

test('a step that fails is reported at once, with the page of the run; a re-run is the next attempt', async () => {
  const { page, values, job, item } = newRun();
  page.write('export.sh', '#!/bin/sh\nexit 1\n');
  expect((await runJob(page, job, values)).map(({ code }) => code)).toEqual([0, 1, 0]);
  expect(await read(item)).toMatchObject({
    state: 'failed',
    failure: {
      type: 'failure',
      reason: expect.stringContaining('https://github.com/acme/orders/actions/runs/'),
    },
    data: { page: expect.stringContaining('/actions/runs/') },
  });

  page.write('export.sh', '#!/bin/sh\nexit 0\n');
  await runJob(page, job, { ...values, 'github.run_attempt': '2' });
  expect(await read(item)).toMatchObject({ state: 'completed', attempt: 2 });
});

test('a run that is cancelled is reported as cancelled', async () => {
  const { page, values, job, item } = newRun();
  await runJob(page, job, values, 'Register with the warden');
  expect(await read(item)).toMatchObject({ state: 'failed', failure: { type: 'cancelled' } });
});

test('a run whose runner is lost is overdue after 90 minutes, which is more than the job may take', async () => {
  const { page, values, job, item } = newRun();
  expect(job['timeout-minutes']).toBeLessThan(90);
  const [register] = job.steps;
  await runJob(page, { ...job, steps: register ? [register] : [] }, values);
  await warden.pass(90 * 60_000 + 1_000);
  expect(await read(item)).toMatchObject({ state: 'overdue' });
});

test('without the warden the job does its work and warns', async () => {
  const { page, values, job } = newRun('http://127.0.0.1:9');
  const quick = { ...job, env: { ...job.env, CURL: `${job.env.CURL} --retry 0` } };
  page.write('export.sh', '#!/bin/sh\necho exported\n');
  const [register, work, report] = await runJob(page, quick, values);
  expect(register).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('::warning::This run is not watched'),
  });
  expect(work).toMatchObject({ code: 0, stdout: 'exported\n' });
  expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('::warning::') });
});
