// Real processes of the sources, as `npm start` runs them; the other tests here start the package.
import { expect } from 'vitest';
import { test } from './support/laptop.ts';
import { until } from './support/until.ts';

test('the sources do the main job', async ({ laptop }) => {
  const { process, caller } = await laptop.start({ data: laptop.folder(), program: 'sources' });
  expect((await caller.register('uploads', 'lost', { timeout: 1 })).status).toBe(201);
  await until('alert', 8_000, () => /ALERT {2}Workflow uploads: 1 item overdue/.test(process.stdout));
  expect(process.stderr).toBe('');
});
