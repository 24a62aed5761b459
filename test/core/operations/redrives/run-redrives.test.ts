import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import {
  beforePublishing,
  changeRedrive,
  failedItems,
  markersOf,
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

  test('without matching items is done at once', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow, { prefix: 'b' });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', matched: 0, resumed: 0 });
  });

  test('shows its progress, and continues in the next run when its time is up', async () => {
    const workflow = await failedItems(warden, numbered(12));
    const id = await started(workflow, { rate: 2 });
    const { service } = warden.aws;
    const publish = service.redriveTopic.publish;
    // Each page takes 11 s of the 55 s of a run.
    service.redriveTopic.publish = function (...args) {
      warden.clock.advance(11_000);
      return publish.apply(this, args);
    };
    const begun = warden.clock.now();
    await run().finally(() => {
      service.redriveTopic.publish = publish;
    });
    const { matched, resumed, remaining, estimatedEnd } = await redriveOf(warden, workflow, id);
    expect([matched, resumed, remaining]).toEqual([12, 10, 2]);
    expect(Date.parse(estimatedEnd)).toBe(warden.clock.now() + 1_000);
    warden.clock.set(begun + 60_000);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 12 });
    expect(await warden.redriven(workflow)).toHaveLength(12);
  });

  test('says what became of its items, from the items themselves (users 5)', async () => {
    const workflow = await failedItems(warden, numbered(7));
    const id = await started(workflow);
    await run();
    const outcomes = async () => {
      const { completed, failedAgain, overdueAgain, outstanding, movedOn, counted } = await redriveOf(
        warden,
        workflow,
        id,
      );
      return { completed, failedAgain, overdueAgain, outstanding, movedOn, counted };
    };
    const none = { completed: 0, failedAgain: 0, overdueAgain: 0, outstanding: 7, movedOn: 0 };
    expect(await outcomes()).toEqual(none);
    await warden.complete(workflow, 'item-0');
    await warden.progress(workflow, 'item-1', { failed: { reason: 'disk full' } });
    // A repeat changes nothing, and a completion after a failure counts as completed.
    await warden.complete(workflow, 'item-0');
    await warden.progress(workflow, 'item-2', { failed: { reason: 'disk full' } });
    await warden.complete(workflow, 'item-2');
    await warden.register(workflow, 'item-3', { timeout: 600, restart: true });
    expect(await outcomes()).toEqual({ ...none, completed: 2, failedAgain: 1, outstanding: 3, movedOn: 1 });
    await warden.progress(workflow, 'item-4', { timeout: 9_000 });
    await warden.pass(700_000);
    expect(await outcomes()).toEqual({
      completed: 2,
      failedAgain: 1,
      overdueAgain: 2,
      outstanding: 1,
      movedOn: 1,
    });
  });

  test('forgets which items it resumed when it is forgotten', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    await run();
    const { redrives } = warden.aws.service;
    const pages = async () => {
      const found: string[][] = [];
      for await (const page of redrives.resumed({ workflow, id })) found.push(page);
      return found;
    };
    expect(await pages()).toEqual([['a']]);
    await redrives.forget(warden.clock.now() + 1_000, 100);
    expect(await pages()).toEqual([]);
    expect(await redrives.read(workflow, id)).toBeUndefined();
  });

  test('keeps a second runner away, and lets another continue 80 s after the last sign of the first', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const id = await started(workflow, { rate: 2 });
    const { service } = warden.aws;
    // The first runner is killed after its first page: its wait never ends.
    const killed = new Promise<void>((resolve) => {
      service.wait = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    void run();
    await killed;
    withoutWaiting(warden);
    const resumed = async () => (await redriveOf(warden, workflow, id)).resumed;
    await run();
    expect(await resumed()).toBe(2);
    warden.clock.advance(79_000);
    await run();
    expect(await resumed()).toBe(2);
    warden.clock.advance(1_000);
    await run();
    expect(await resumed()).toBe(6);
    expect(await warden.redriven(workflow)).toHaveLength(6);
  });

  test('repeats no more than its page if its runner was taken for dead and was not', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const id = await started(workflow, { rate: 2 });
    beforePublishing(warden, async () => {
      warden.clock.advance(81_000);
      await run();
    });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      matched: 6,
      resumed: 6,
      skipped: 0,
    });
    const messages = await warden.redriven(workflow);
    expect(messages.length).toBeLessThanOrEqual(8);
    expect(new Set(messages.map((message) => message.id)).size).toBe(6);
    expect(new Set(messages.map(({ attempt }) => attempt))).toEqual(new Set([2]));
  });

  test('stops after the current page if it is paused, and continues from there', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const id = await started(workflow, { rate: 2 });
    beforePublishing(warden, () => changeRedrive(warden, workflow, id, 'pause'));
    await run();
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'paused',
      resumed: 2,
      remaining: 4,
    });
    warden.clock.advance(60_000);
    await changeRedrive(warden, workflow, id, 'continue');
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 6 });
    expect(await warden.redriven(workflow)).toHaveLength(6);
  });

  test('does nothing more if it is aborted before its first item, or at its last one', async () => {
    const workflow = await failedItems(warden, numbered(2));
    const before = await started(workflow);
    await changeRedrive(warden, workflow, before, 'abort');
    await run();
    expect(await redriveOf(warden, workflow, before)).toMatchObject({ state: 'aborted', resumed: 0 });
    expect(await warden.redriven(workflow)).toEqual([]);
    const atLast = await started(workflow);
    beforePublishing(warden, () => changeRedrive(warden, workflow, atLast, 'abort'));
    await run();
    expect(await redriveOf(warden, workflow, atLast)).toMatchObject({ state: 'aborted', resumed: 2 });
    expect(await warden.redriven(workflow)).toHaveLength(2);
    await run();
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('finishes the page of a runner that is gone even if it is aborted or paused meanwhile (P1)', async () => {
    for (const [action, state] of [
      ['abort', 'aborted'],
      ['pause', 'paused'],
    ]) {
      const workflow = await failedItems(warden, numbered(4));
      const id = await started(workflow, { rate: 2 });
      const { redriveTopic } = warden.aws.service;
      redriveTopic.publish = () => Promise.reject(new Error('the process is gone'));
      await expect(run()).rejects.toThrow();
      Reflect.deleteProperty(redriveTopic, 'publish');
      await changeRedrive(warden, workflow, id, action ?? '');
      warden.clock.advance(81_000);
      for (let times = 0; times < 2; times++) await run();
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state, resumed: 2 });
      expect((await warden.redriven(workflow)).map(({ item }) => item)).toEqual(['item-0', 'item-1']);
      expect(await markersOf(warden, workflow)).toHaveLength(action === 'abort' ? 0 : 1);
      await changeRedrive(warden, workflow, id, 'abort');
    }
  });

  test('resumes nothing while there is no subscription, and says so', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    const { redriveTopic } = warden.aws.service;
    redriveTopic.subscriptions = async () => 0;
    await expect(run()).rejects.toThrow('1 redrives failed');
    Reflect.deleteProperty(redriveTopic, 'subscriptions');
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      resumed: 0,
      lastError: { error: 'NoSubscription' },
    });
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'failed', attempt: 1 });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1 });
  });

  test('ends if it is aborted then, with a page that an earlier run has left', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    const { redriveTopic } = warden.aws.service;
    redriveTopic.publish = () => Promise.reject(new Error('the process is gone'));
    await expect(run()).rejects.toThrow();
    Reflect.deleteProperty(redriveTopic, 'publish');
    redriveTopic.subscriptions = async () => 0;
    await changeRedrive(warden, workflow, id, 'abort');
    for (let times = 0; times < 2; times++) await run();
    Reflect.deleteProperty(redriveTopic, 'subscriptions');
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'aborted' });
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('says why a run could not continue, and lets the next run try at once', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const id = await started(workflow);
    const { items } = warden.aws.service;
    items.readManyOpen = async () => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    };
    await expect(run()).rejects.toThrow('1 redrives failed');
    Reflect.deleteProperty(items, 'readManyOpen');
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      lastError: { error: 'ThrottlingException' },
    });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 2 });
    expect(await warden.redriven(workflow)).toHaveLength(2);
  });

  test('with a filter that only a later version knows resumes nothing, instead of everything (P7)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow, { prefix: 'b' });
    const { redrives } = warden.aws.service;
    const seen = await redrives.read(workflow, id);
    if (seen) await redrives.replace(seen, { filter: { colour: 'red' } as never });
    await expect(run()).rejects.toThrow('1 redrives failed');
    if (seen) await redrives.unmark({ workflow, id, at: seen.startedAt });
    expect(await warden.redriven(workflow)).toEqual([]);
  });
});
