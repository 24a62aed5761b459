import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedriveTopic } from '../../../../core/aws/topics/redrive-topic.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
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
