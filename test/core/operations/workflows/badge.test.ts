import { afterAll, beforeAll, expect, test } from 'vitest';
import { badgeImage } from '../../../../core/lambda/badge-image.ts';
import { create } from '../../../../functions/badge.ts';
import { Faults } from '../../../support/faults.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const get = (name: string | undefined) =>
  create(warden.aws.service)({ ...(name !== undefined && { pathParameters: { workflow: name } }) });

test('the badge of a workflow says what is lost, and nothing of its items', async () => {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { badge: true, timeout: 60 } });
  expect(await get(workflow)).toMatchObject({
    statusCode: 200,
    headers: {
      'content-type': 'image/svg+xml; charset=utf-8',
      'cache-control': 'public, max-age=30',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    },
    body: expect.stringContaining('>up</text>'),
  });
  await warden.register(workflow, 'secret-id', { data: 'secret' });
  await warden.progress(workflow, 'secret-id', { failed: { reason: 'secret' } });
  const { body } = await get(workflow);
  expect(body).toContain('>failed 1</text>');
  expect(body).not.toContain('secret');
});

test('a badge that is off, an unknown workflow and a hostile name all get the same 404 (P9)', async () => {
  const off = warden.newWorkflow();
  await warden.register(off, 'a', { timeout: 60 });
  const first = await get(off);
  expect(first).toMatchObject({ statusCode: 404 });
  for (const name of [
    warden.newWorkflow(),
    '<svg onload=x>',
    '..',
    'a'.repeat(300),
    'a#b',
    '',
    '~canary',
    undefined,
  ]) {
    expect(await get(name)).toEqual(first);
  }
});

test('an unknown workflow and one whose badge is off take the same calls (P9)', async () => {
  const off = warden.newWorkflow();
  await warden.register(off, 'a', { timeout: 60 });
  const faults = new Faults(warden);
  const callsFor = async (workflow: string) => {
    faults.revive();
    await get(workflow);
    await get(workflow);
    return faults.calls;
  };
  expect(await callsFor(off)).toEqual(await callsFor(warden.newWorkflow()));
});

test('the badge of a removed workflow is gone', async () => {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: { badge: true } });
  expect(await get(workflow)).toMatchObject({ statusCode: 200 });
  await warden.request('DELETE', `/v1/workflows/${workflow}`);
  expect(await get(workflow)).toMatchObject({ statusCode: 404 });
});

test('a badge is read once in thirty seconds, and one that is off is not kept', async () => {
  let reads = 0;
  const { clock, log } = warden.aws.service;
  const image = badgeImage({ clock, log }, async (workflow) => {
    reads++;
    return workflow === 'on' ? { waiting: 0, overdue: reads, failed: 0 } : undefined;
  });
  const ask = (workflow: string) => image({ pathParameters: { workflow } });
  await ask('on');
  warden.clock.advance(29_999);
  expect((await ask('on')).body).toContain('overdue 1');
  warden.clock.advance(1);
  expect((await ask('on')).body).toContain('overdue 2');
  await ask('off');
  await ask('off');
  expect(reads).toBe(4);
});

test('a failure of ours is a 503 or 500 problem, and not kept (P7)', async () => {
  const { clock, log } = warden.aws.service;
  const image = badgeImage({ clock, log }, () => Promise.reject(new Error('secret')));
  const reply = await image({ pathParameters: { workflow: 'a' } });
  expect(reply).toMatchObject({ statusCode: 500, headers: { 'cache-control': 'no-store' } });
  expect(reply.body).not.toContain('secret');
});
