import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../../../core/contract/time.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { itemRecord } from '../../../support/item-record.ts';
import {
  beforePublishing,
  changeRedrive,
  failedItems,
  redriveOf,
  startedRedrive,
  withoutWaiting,
} from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `item-${n}`);

describe('run-redrives', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    knowEmptyQueues(warden);
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  const run = () => warden.functions.runRedrives();

  const started = (workflow: string, body?: object) => startedRedrive(warden, workflow, body);

  describe('with a limit', () => {
    const itemsOf = async (workflow: string) => (await warden.redriven(workflow)).map(({ item }) => item);

    test('resumes the first items, and another redrive then resumes the next ones', async () => {
      const items = numbered(7).toReversed();
      const workflow = await failedItems(warden, items);
      const first = await started(workflow, { limit: 3, rate: 2 });
      expect(await redriveOf(warden, workflow, first)).toMatchObject({ limit: 3 });
      await run();
      expect(await redriveOf(warden, workflow, first)).toMatchObject({
        state: 'done',
        limit: 3,
        matched: 3,
        resumed: 3,
        remaining: 0,
      });
      expect(await itemsOf(workflow)).toEqual(items.slice(0, 3));
      const rest = await started(workflow, { limit: 50 });
      await run();
      expect(await redriveOf(warden, workflow, rest)).toMatchObject({
        state: 'done',
        matched: 4,
        resumed: 4,
      });
      expect(await itemsOf(workflow)).toEqual(items.slice(3));
    });

    test('respects it over runs and pauses, and says correctly how many items remain', async () => {
      const workflow = await failedItems(warden, numbered(9));
      const id = await started(workflow, { limit: 5, rate: 2, prefix: 'item-' });
      beforePublishing(warden, () => changeRedrive(warden, workflow, id, 'pause'));
      await run();
      const paused = { state: 'paused', limit: 5, matched: 5, resumed: 2, remaining: 3 };
      expect(await redriveOf(warden, workflow, id)).toMatchObject(paused);
      for (let times = 0; times < 2; times++) {
        await changeRedrive(warden, workflow, id, 'continue');
        beforePublishing(warden, () => changeRedrive(warden, workflow, id, 'pause'));
        await run();
      }
      await changeRedrive(warden, workflow, id, 'continue');
      for (let times = 0; times < 2; times++) await run();
      const ended = { state: 'done', matched: 5, resumed: 5, skipped: 0, remaining: 0 };
      expect(await redriveOf(warden, workflow, id)).toMatchObject(ended);
      expect(await itemsOf(workflow)).toEqual(numbered(5));
    });

    test('resumes no other items in place of those that are gone or cannot be resumed', async () => {
      const workflow = await failedItems(warden, numbered(8));
      const { items } = warden.aws.service;
      const seen = await items.readOpen(workflow, 'item-1');
      if (seen) await items.replace({ ...seen, timer: 7 as never }, seen.revision);
      const id = await started(workflow, { limit: 5, rate: 1 });
      // While the first item is published, of the other four one is completed and one is restarted.
      beforePublishing(warden, async () => {
        await warden.complete(workflow, 'item-2');
        await warden.register(workflow, 'item-3', { timeout: 600 });
        await changeRedrive(warden, workflow, id, 'pause');
      });
      await run();
      await changeRedrive(warden, workflow, id, 'continue');
      await run();
      expect(await redriveOf(warden, workflow, id)).toMatchObject({
        state: 'done',
        matched: 5,
        resumed: 2,
        skipped: 2,
        failed: 1,
        remaining: 0,
        errors: [{ item: 'item-1' }],
      });
      expect(await itemsOf(workflow)).toEqual(['item-0', 'item-4']);
      expect(await warden.read(workflow, 'item-5')).toMatchObject({ json: { state: 'failed', attempt: 1 } });
    });

    test('resumes no more items even if the index shows one of them late', async () => {
      const workflow = await failedItems(warden, ['b', 'c', 'd']);
      const id = await started(workflow, { limit: 2, rate: 1 });
      const { items } = warden.aws.service;
      beforePublishing(warden, async () => {
        await changeRedrive(warden, workflow, id, 'pause');
        const b = await items.read(workflow, 'b');
        const between = instant(Date.parse(b?.registeredAt ?? '') + 5);
        const times = { registeredAt: between, startedAt: between, updatedAt: between, reportedAt: between };
        const failure = { at: between, reason: 'disk full' };
        await items.insert(itemRecord({ workflow, item: 'bb', state: 'failed', failure, ...times }));
      });
      await run();
      await changeRedrive(warden, workflow, id, 'continue');
      await run();
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', matched: 2, resumed: 2 });
      expect(await itemsOf(workflow)).toEqual(['b', 'bb']);
    });
  });
});
