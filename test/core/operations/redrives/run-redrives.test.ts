import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedriveTopic } from '../../../../core/aws/topics/redrive-topic.ts';
import { instant } from '../../../../core/contract/time.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { itemRecord } from '../../../support/item-record.ts';
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

  test('resumes items in the order of their registration, no faster than its rate', async () => {
    const items = numbered(50).toReversed();
    const workflow = await failedItems(warden, items);
    const id = await started(workflow, { rate: 20 });
    const publishes: { at: number; items: string[] }[] = [];
    const { service } = warden.aws;
    const publish = service.redriveTopic.publish;
    service.redriveTopic.publish = function (name, messages) {
      const names = messages.map((message) => JSON.parse(message).item);
      publishes.push({ at: warden.clock.now() - began, items: names });
      return publish.call(this, name, messages);
    };
    const began = warden.clock.now();
    await run().finally(() => {
      service.redriveTopic.publish = publish;
    });
    expect(publishes.map(({ at }) => at)).toEqual([0, 500, 1_000, 1_500, 2_000]);
    expect(publishes.flatMap((published) => published.items)).toEqual(items);
    expect(warden.clock.now() - began).toBe(2_500);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 50 });
  });

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

  describe('whose rate is changed', () => {
    /** When each item is published, in milliseconds after the first. */
    async function publishedAt(work: () => Promise<unknown>): Promise<number[]> {
      const times: number[] = [];
      const { redriveTopic } = warden.aws.service;
      const publish = RedriveTopic.prototype.publish;
      redriveTopic.publish = function (name, messages) {
        for (const _ of messages) times.push(warden.clock.now());
        return publish.call(this, name, messages);
      };
      await work().finally(() => Reflect.deleteProperty(redriveTopic, 'publish'));
      return times.map((time) => time - (times[0] ?? 0));
    }

    const whileWaiting = (times: number, work: () => Promise<unknown>) => {
      let waits = 0;
      warden.aws.service.wait = async (ms) => {
        warden.clock.advance(ms);
        if (++waits === times) await work();
      };
    };

    test('uses the new rate from the next page on, in the same run', async () => {
      const workflow = await failedItems(warden, numbered(6));
      const id = await started(workflow, { rate: 1 });
      whileWaiting(2, async () => {
        const { json } = await changeRedrive(warden, workflow, id, { rate: 4 });
        expect(json).toMatchObject({ rate: 4, remaining: 4 });
        expect(Date.parse(json.estimatedEnd) - warden.clock.now()).toBe(1_000);
      });
      const times = await publishedAt(run);
      withoutWaiting(warden);
      expect(times).toEqual([0, 1_000, 2_000, 2_000, 2_000, 2_000]);
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 6, rate: 4 });
      expect((await warden.redriven(workflow)).map(({ item }) => item)).toEqual(numbered(6));
    });

    test('during a page uses the new rate after it, and does not make up for time lost before', async () => {
      const workflow = await failedItems(warden, numbered(8));
      const id = await started(workflow, { rate: 4 });
      beforePublishing(warden, async () => {
        // SNS is slow; at the old rate 40 items are late by now.
        warden.clock.advance(10_000);
        await changeRedrive(warden, workflow, id, { rate: 1 });
      });
      const began = warden.clock.now();
      await run();
      // A page of four, then four pages of one, a second each.
      expect(warden.clock.now() - began).toBe(14_000);
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 8, rate: 1 });
      expect(await warden.redriven(workflow)).toHaveLength(8);
    });

    test('and that is paused and continued between two pages continues in the same run', async () => {
      const workflow = await failedItems(warden, numbered(4));
      const id = await started(workflow, { rate: 1 });
      whileWaiting(1, async () => {
        await changeRedrive(warden, workflow, id, 'pause');
        await changeRedrive(warden, workflow, id, { action: 'continue', rate: 2 });
      });
      await run();
      withoutWaiting(warden);
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 4, skipped: 0 });
      expect((await warden.redriven(workflow)).map(({ item }) => item)).toEqual(numbered(4));
    });

    test('or that is paused between two pages is released, and continues in the next run', async () => {
      const workflow = await failedItems(warden, numbered(4));
      const id = await started(workflow, { rate: 1 });
      whileWaiting(1, () => changeRedrive(warden, workflow, id, 'pause'));
      await run();
      withoutWaiting(warden);
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'paused', resumed: 1 });
      await changeRedrive(warden, workflow, id, 'continue');
      await run();
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 4 });
    });
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

  test('gives each of many redrives its share of the time, and runs few at once (P8)', async () => {
    const workflows: string[] = [];
    for (let count = 0; count < 25; count++) {
      const workflow = await failedItems(warden, numbered(2));
      await started(workflow, { rate: 1 });
      workflows.push(workflow);
    }
    const { redriveTopic } = warden.aws.service;
    let [running, most] = [0, 0];
    redriveTopic.publish = async (name, messages) => {
      most = Math.max(most, ++running);
      const refused = await RedriveTopic.prototype.publish.call(redriveTopic, name, messages);
      running--;
      return refused;
    };
    await run();
    await run().finally(() => Reflect.deleteProperty(redriveTopic, 'publish'));
    expect(most).toBeLessThanOrEqual(5);
    for (const workflow of workflows) expect(await warden.redriven(workflow)).not.toEqual([]);
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

  test('at 1,000 a second loses no item to a topic that throttles every other call (P1)', async () => {
    const workflow = warden.newWorkflow();
    for (const part of [0, 1, 2]) {
      const operations = numbered(100).map((item) => ({
        op: 'register',
        item: `${part} ${item}`,
        timeout: 5,
      }));
      await warden.request('POST', `/v1/workflows/${workflow}/batch`, { body: { operations } });
    }
    await warden.pass(7_000);
    const id = await started(workflow, { rate: 1_000, timeout: 600 });
    let calls = 0;
    warden.aws.sns.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName !== 'PublishBatchCommand' || ++calls % 2 === 0) return next(args);
          throw Object.assign(new Error('slow down'), { name: 'ThrottledException' });
        },
      { step: 'initialize', name: 'throttleEveryOther' },
    );
    await run().finally(() => warden.aws.sns.middlewareStack.remove('throttleEveryOther'));
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      matched: 300,
      resumed: 300,
      failed: 0,
    });
    const messages = await warden.redriven(workflow);
    expect(new Set(messages.map(({ item }) => item)).size).toBe(300);
    expect(messages).toHaveLength(300);
  });
});
