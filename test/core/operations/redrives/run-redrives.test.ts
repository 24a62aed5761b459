import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedriveTopic } from '../../../../core/aws/topics/redrive-topic.ts';
import {
  beforePublishing,
  changeRedrive,
  failedItems,
  markersOf,
  redriveOf,
  startedRedrive,
  withoutWaiting,
} from '../../../support/redrives.ts';
import { type EmbeddedWarden, startWarden } from '../../../support/warden.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `item-${n}`);

describe('run-redrives', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
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

  test('of nothing is done at once', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow, { prefix: 'b' });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', matched: 0, resumed: 0 });
  });

  test('tells of its progress, and goes on in the next run when its time is up', async () => {
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

  test('keeps a second runner off, and lets another go on 80 s after the last sign of the first', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const id = await started(workflow, { rate: 2 });
    const { service } = warden.aws;
    // The first runner is killed after its first page; it never comes back from its wait.
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

  test('repeats no more than its page when it was taken for dead and was not', async () => {
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

  test('stops after the page that is under way when it is paused, and goes on from there', async () => {
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

  test('does nothing more when it is aborted before its first item, or at its last', async () => {
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

  test('finishes the page of a runner that is gone when it is aborted or paused meanwhile (P1)', async () => {
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

  test('gives each of many its part of the time, and works on few at once (P8)', async () => {
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

  test('resumes nothing while nobody is subscribed, and says so', async () => {
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

  test('and comes to its end when it is aborted then, with a page that a run has left', async () => {
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

  test('says why a run could not go on, and lets the next one try at once', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const id = await started(workflow);
    const { outcomes } = warden.aws.service;
    outcomes.add = async () => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    };
    await expect(run()).rejects.toThrow('1 redrives failed');
    Reflect.deleteProperty(outcomes, 'add');
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      lastError: { error: 'ThrottlingException' },
    });
    expect(await warden.redriven(workflow)).toHaveLength(2);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 2 });
  });

  test('at 1,000 a second loses none to a topic that throttles every other call (P1)', async () => {
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
