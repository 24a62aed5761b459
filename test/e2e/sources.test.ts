// Real processes of the sources, as `npm start` runs them; the other tests here start the package.
import { expect } from 'vitest';
import { type Laptop, type StartOptions, test } from './support/laptop.ts';
import { until } from './support/until.ts';

const fromSources = (laptop: Laptop): StartOptions => ({ data: laptop.folder(), program: 'sources' });

test('the sources do the main job', async ({ laptop }) => {
  const { process, caller } = await laptop.start(fromSources(laptop));
  expect((await caller.register('uploads', 'lost', { timeout: 1 })).status).toBe(201);
  await until('alert', 8_000, () => /ALERT {2}Workflow uploads: 1 item overdue/.test(process.stdout));
  expect(process.stderr).toBe('');
});

test('the built functions do the main job from their environment alone', async ({ laptop }) => {
  const { process, caller } = await laptop.start({ ...fromSources(laptop), args: ['--built'] });
  expect((await caller.register('uploads', 'lost', { timeout: 1 })).status).toBe(201);
  expect((await caller.register('uploads', 'done', { timeout: 600 })).status).toBe(201);
  expect((await caller.complete('uploads', 'done')).status).toBe(200);
  await until('alert', 8_000, () => /ALERT {2}Workflow uploads: 1 item overdue/.test(process.stdout));
  expect((await caller.read('uploads', 'lost')).json).toMatchObject({ state: 'overdue' });
  expect(process.stdout).toContain('"DetectionDelay"');
  const health = await caller.request('GET', '/v1/health');
  expect({ status: health.status, health: health.json }).toMatchObject({
    status: 200,
    health: { status: 'ok' },
  });
});

test('the built functions refuse callers without a token if --auth is given', async ({ laptop }) => {
  const { process, caller } = await laptop.start({ ...fromSources(laptop), args: ['--built', '--auth'] });
  expect((await caller.register('uploads', 'a', { timeout: 600 })).status).toBe(401);
  caller.token = /only this once: (pw_\S+)/.exec(process.stdout)?.[1];
  expect((await caller.register('uploads', 'a', { timeout: 600 })).status).toBe(201);
});
