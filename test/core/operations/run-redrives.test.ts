import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemRecord } from '../../../core/records/item-record.ts';
import {
  changeRedrive,
  failedItems,
  markersOf,
  redriveOf,
  refuseMessages,
  startRedrive,
  withoutWaiting,
} from '../../support/redrives.ts';
import { sweepOne } from '../../support/sweep-one.ts';
import { type EmbeddedWarden, startWarden } from '../../support/warden.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `item-${n}`);

describe('run-redrives', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  const run = () => warden.functions.runRedrives();
  const deadlineOf = async (workflow: string, item: string) =>
    Date.parse((await warden.read(workflow, item)).json.deadline);
  const incidentOf = (workflow: string) => warden.aws.service.incidents.read(workflow, 'overdue');

  async function started(workflow: string, body: object = {}): Promise<string> {
    const { status, json } = await startRedrive(warden, workflow, body);
    expect([status, json.state]).toEqual([202, 'running']);
    return json.id;
  }

  /** Right before the redrive's next message is published does some other work. */
  function beforePublishing(work: () => Promise<unknown>): void {
    const { service } = warden.aws;
    const publish = service.redriveTopic.publish;
    service.redriveTopic.publish = async function (...args) {
      service.redriveTopic.publish = publish;
      await work();
      return publish.apply(this, args);
    };
  }

  test('gives each item back to its upstream, data to the letter, in its next attempt (P5)', async () => {
    const workflow = warden.newWorkflow();
    const data = '{ "large": 12345678901234567890, "zero": -0, "text": "\u{1f600}" }';
    const body = `{"timeout":600,"step":"begun","tags":{"customer":"acme"},"run":"r1","data":${data}}`;
    await warden.request('PUT', warden.itemPath(workflow, 'a'), { text: body });
    await warden.progress(workflow, 'a', { step: 'fetched' });
    await warden.progress(workflow, 'a', { failed: { reason: 'disk full' } });
    const { steps } = (await warden.read(workflow, 'a')).json;
    warden.clock.advance(5_000);
    const id = await started(workflow);
    const published: string[] = [];
    const { service } = warden.aws;
    const publish = service.redriveTopic.publish;
    service.redriveTopic.publish = function (name, messages) {
      published.push(...messages);
      return publish.call(this, name, messages);
    };
    await run().finally(() => {
      service.redriveTopic.publish = publish;
    });

    const item = (await warden.read(workflow, 'a')).json;
    const deadline = new Date(await deadlineOf(workflow, 'a')).toISOString();
    expect(item).toMatchObject({ state: 'waiting', attempt: 2, steps });
    expect(item).not.toHaveProperty('failure');
    expect(await warden.redriven(workflow)).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        redrive: id,
        workflow,
        item: 'a',
        attempt: 2,
        deadline,
        steps,
        tags: { customer: 'acme' },
        run: 'r1',
        data: JSON.parse(data),
      },
    ]);
    expect(published).toEqual([expect.stringContaining(`"data":${data}`)]);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      matched: 1,
      resumed: 1,
      skipped: 0,
      failed: 0,
      remaining: 0,
    });
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('gives an item as long as its last attempt had, or as long as it is told, and watches it (P1)', async () => {
    const workflow = await failedItems(warden, ['a']);
    await started(workflow);
    await run();
    expect((await deadlineOf(workflow, 'a')) - warden.clock.now()).toBeGreaterThan(599_000);
    await warden.pass(602_000);
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'overdue', attempt: 2 });
    await started(workflow, { timeout: 60 });
    await run();
    await warden.pass(62_000);
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'overdue', attempt: 3 });
  });

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
    expect(publishes.map(({ at }) => at)).toEqual([0, 1_000, 2_000]);
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
    // Each page takes 10 s of the 50 s of a run.
    service.redriveTopic.publish = function (...args) {
      warden.clock.advance(10_000);
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

  test('passes over what is completed or resumed by another, before its page and in it', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const [one, other] = [await started(workflow, { rate: 2 }), await started(workflow, { rate: 2 })];
    beforePublishing(async () => {
      await warden.complete(workflow, 'item-4');
    });
    await run();
    const ends = [await redriveOf(warden, workflow, one), await redriveOf(warden, workflow, other)];
    for (const end of ends) {
      expect(end).toMatchObject({ state: 'done', matched: 6, failed: 0, remaining: 0 });
      expect(end.resumed + end.skipped).toBe(6);
    }
    expect(ends[0].resumed + ends[1].resumed).toBe(5);
    const messages = await warden.redriven(workflow);
    expect(messages.map(({ item, attempt }) => `${item} ${attempt}`).toSorted()).toEqual(
      ['item-0', 'item-1', 'item-2', 'item-3', 'item-5'].map((item) => `${item} 2`),
    );
  });

  test('asks again when SNS does not take a message, and publishes no other twice', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const id = await started(workflow);
    const refusal = refuseMessages(warden.aws.sns, 'b', 3);
    await run().finally(refusal.restore);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ resumed: 3, failed: 0, errors: [] });
    expect((await warden.redriven(workflow)).map(({ item }) => item).toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('lists an item that SNS does not take at all, which is watched all the same (P1)', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const id = await started(workflow);
    const refusal = refuseMessages(warden.aws.sns, 'b', 100);
    await run().finally(refusal.restore);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      resumed: 2,
      failed: 1,
      errors: [{ item: 'b', error: 'InternalError' }],
    });
    await warden.pass(602_000);
    expect((await warden.read(workflow, 'b')).json).toMatchObject({ state: 'overdue', attempt: 2 });
  });

  test('reports an end that nobody has reported before it resumes the item (P3)', async () => {
    const workflow = warden.newWorkflow();
    const { items } = warden.aws.service;
    await warden.register(workflow, 'a', { timeout: 600 });
    warden.clock.advance(601_000);
    const seen = (await items.read(workflow, 'a')) as ItemRecord;
    await items.expire(seen, new Date(warden.clock.now()).toISOString(), 'timer');
    expect(await warden.events(workflow)).toEqual([]);
    const id = await started(workflow);
    await run();
    expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'a', attempt: 1 }]);
    expect(await incidentOf(workflow)).toMatchObject({ about: 'overdue' });
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1 });
  });

  test('counts in the incident what it resumed, and people are told so at its end', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const incident = (await incidentOf(workflow))?.id ?? '';
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).not.toEqual([]);
    await started(workflow);
    await run();
    expect(await warden.aws.service.outcomes.read(incident)).toMatchObject({ redriven: 3, completedLate: 0 });
    for (let minute = 0; minute < 3; minute++) {
      warden.clock.advance(60_000);
      await sweepOne(warden, workflow);
    }
    const told = await warden.notifications(workflow);
    expect(told.at(-1)).toMatchObject({ event: 'resolved', incident, outcomes: { redriven: 3 } });
  });

  test('keeps a second runner off, and lets another go on 30 s after the last sign of the first', async () => {
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
    warden.clock.advance(29_000);
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
    beforePublishing(async () => {
      warden.clock.advance(31_000);
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
    beforePublishing(() => changeRedrive(warden, workflow, id, 'pause'));
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
    beforePublishing(() => changeRedrive(warden, workflow, atLast, 'abort'));
    await run();
    expect(await redriveOf(warden, workflow, atLast)).toMatchObject({ state: 'aborted', resumed: 2 });
    expect(await warden.redriven(workflow)).toHaveLength(2);
    await run();
    expect(await markersOf(warden, workflow)).toEqual([]);
  });
});
