import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { beginDelivery } from '../../../local/deliveries/resumed-item.ts';
import { failedItems, startedRedrive, withoutWaiting } from '../../support/redrives.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

const timeoutMs = 600_000;
let warden: EmbeddedWarden;
let workflow: string;

beforeAll(async () => {
  warden = await startWarden();
  withoutWaiting(warden);
  warden.aws.service.areDeliveriesNoted = true;
});
afterAll(() => warden.close());

beforeEach(async () => {
  workflow = await failedItems(warden, ['a']);
  await startedRedrive(warden, workflow);
  await warden.functions.runRedrives();
  warden.clock.advance(60_000);
});

const begin = (attempt = 2) =>
  beginDelivery(warden.aws.service, JSON.stringify({ workflow, item: 'a', attempt }));

async function leftMs(): Promise<number> {
  return Date.parse((await warden.read(workflow, 'a')).json.deadline) - warden.clock.now();
}

test('an item has its whole time from when its message was accepted (P2)', async () => {
  const accepted = await begin();
  expect(await leftMs()).toBeLessThanOrEqual(timeoutMs - 60_000);
  await accepted?.();
  expect(await leftMs()).toBe(timeoutMs);
});

test('that a message was accepted is recorded, too, if its item has changed during the post (P2)', async () => {
  const accepted = await begin();
  await warden.progress(workflow, 'a', { step: 'copied' });
  await accepted?.();
  expect(await leftMs()).toBe(timeoutMs);
  expect((await warden.read(workflow, 'a')).json.step).toBe('copied');
});

test('a message of an item that was completed or is in another attempt is not delivered', async () => {
  expect(await begin(1)).toBeUndefined();
  await warden.complete(workflow, 'a');
  expect(await begin()).toBeUndefined();
});

test('an item that was completed during the post stays so (P4)', async () => {
  const accepted = await begin();
  await warden.complete(workflow, 'a');
  await accepted?.();
  expect((await warden.read(workflow, 'a')).json.state).toBe('completed');
});

test('that a message was accepted fails, so that it is delivered again, if every write loses its race (P2)', async () => {
  const { items } = warden.aws.service;
  const { replace } = items;
  const accepted = await begin();
  items.replace = async () => false;
  await expect(
    accepted?.().finally(() => {
      items.replace = replace;
    }),
  ).rejects.toMatchObject({ code: 'unavailable' });
  await accepted?.();
  expect(await leftMs()).toBe(timeoutMs);
});
