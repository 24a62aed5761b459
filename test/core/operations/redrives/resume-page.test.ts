import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ItemsTable } from '../../../../core/aws/items/table.ts';
import { RedriveTopic } from '../../../../core/aws/topics/redrive-topic.ts';
import type { ItemRecord } from '../../../../core/model/item/item-record.ts';
import {
  beforePublishing,
  failedItems,
  markersOf,
  redriveOf,
  refuseMessages,
  startedRedrive,
  withoutWaiting,
} from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, n) => `item-${n}`);

describe('redrive-page', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  const run = () => warden.functions.runRedrives();
  const deadlineOf = async (workflow: string, item: string) =>
    Date.parse((await warden.read(workflow, item)).json.deadline);
  const incidentOf = (workflow: string) => warden.aws.service.incidents.open.read(workflow, 'overdue');

  const started = (workflow: string, body?: object) => startedRedrive(warden, workflow, body);

  test('publishes each item to its upstream service, with its data exactly, in its next attempt (P5)', async () => {
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
    const kept = steps.map((reached: object) => ({ ...reached, attempt: 1 }));
    expect(item).toMatchObject({ state: 'waiting', attempt: 2, steps: kept });
    expect(item).not.toHaveProperty('failure');
    expect(await warden.redriven(workflow)).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{22}$/),
        redrive: id,
        workflow,
        item: 'a',
        attempt: 2,
        deadline,
        steps: kept,
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

  test('gives an item as much time as its last attempt had, or the requested timeout, and watches it (P1)', async () => {
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

  test('skips items that were completed or resumed otherwise, before its page and during it', async () => {
    const workflow = await failedItems(warden, numbered(6));
    const [one, other] = [await started(workflow, { rate: 2 }), await started(workflow, { rate: 2 })];
    // Both redrives wait for it, so that neither has come to the item.
    let completed: Promise<unknown> | undefined;
    const complete = () => (completed ??= warden.complete(workflow, 'item-4'));
    beforePublishing(warden, complete);
    beforePublishing(warden, complete);
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

  test('retries a message that SNS does not accept, and publishes no other message twice', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const id = await started(workflow);
    const refusal = refuseMessages(warden.aws.sns, 'b', 3);
    await run().finally(refusal.restore);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ resumed: 3, failed: 0, errors: [] });
    expect((await warden.redriven(workflow)).map(({ item }) => item).toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('publishes nothing of an item that ended while SNS rejected its message (public report J, P5)', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const id = await started(workflow);
    const refusal = refuseMessages(warden.aws.sns, 'b', 1);
    const { service } = warden.aws;
    const publish = service.redriveTopic.publish;
    service.redriveTopic.publish = async function (...args) {
      const refused = await publish.apply(this, args);
      if (refused.size > 0) await warden.complete(workflow, 'b');
      return refused;
    };
    await run().finally(() => {
      refusal.restore();
      service.redriveTopic.publish = publish;
    });
    expect((await warden.redriven(workflow)).map(({ item }) => item).toSorted()).toEqual(['a', 'c']);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      resumed: 2,
      skipped: 1,
      failed: 0,
    });
  });

  test('fails an item that SNS rejects alone, so that people are notified and another redrive finds it (P1, P8)', async () => {
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
    expect((await warden.read(workflow, 'b')).json).toMatchObject({
      state: 'failed',
      attempt: 2,
      failure: { type: 'redrive-not-delivered' },
    });
    // Otherwise neither this redrive nor an automatic one could know when it failed.
    expect(await warden.aws.service.items.readOpen(workflow, 'b')).toMatchObject({
      breachedAt: expect.any(String),
    });
    expect((await warden.events(workflow)).at(-1)).toMatchObject({
      event: 'item.failed',
      item: 'b',
      attempt: 2,
    });
    warden.clock.advance(10);
    await warden.redriven(workflow);
    await started(workflow);
    await run();
    expect(await warden.redriven(workflow)).toMatchObject([{ item: 'b', attempt: 3 }]);
  });

  test('starts no attempt in vain while the topic accepts nothing, and continues once it does (P1)', async () => {
    const workflow = await failedItems(warden, numbered(5));
    const id = await started(workflow, { rate: 2 });
    const { redriveTopic } = warden.aws.service;
    redriveTopic.publish = async (_, messages) =>
      new Map(
        messages.map((_, at) => [
          at,
          { error: Object.assign(new Error(), { name: 'KMSAccessDenied' }), isOfItem: false },
        ]),
      );
    for (let times = 0; times < 3; times++) await expect(run()).rejects.toThrow('1 redrives failed');
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'running',
      resumed: 0,
      failed: 0,
      lastError: { error: 'KMSAccessDenied' },
    });
    expect((await warden.read(workflow, 'item-4')).json).toMatchObject({ state: 'failed', attempt: 1 });
    Reflect.deleteProperty(redriveTopic, 'publish');
    await run();
    const done = await redriveOf(warden, workflow, id);
    expect(done).toMatchObject({ state: 'done', resumed: 5, failed: 0 });
    expect(done).not.toHaveProperty('lastError');
    const messages = await warden.redriven(workflow);
    expect(messages.map(({ item, attempt }) => `${item} ${attempt}`)).toEqual(
      numbered(5).map((item) => `${item} 2`),
    );
  });

  test('fails an item whose data cannot be read, leaves it unchanged, and resumes the others (P8)', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c'], { data: { n: 1 } });
    const { items } = warden.aws.service;
    const seen = (await items.readOpen(workflow, 'b')) as ItemRecord;
    await items.replace({ ...seen, data: new Uint8Array([1, 2, 3]) }, seen.revision);
    const id = await started(workflow);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      resumed: 2,
      failed: 1,
      errors: [{ item: 'b' }],
    });
    expect((await warden.redriven(workflow)).map(({ item }) => item)).toEqual(['a', 'c']);
    expect(await items.readOpen(workflow, 'b')).toMatchObject({ state: 'failed', attempt: 1 });
  });

  test('publishes an item whose start succeeded with an error as its reply (P1)', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const id = await started(workflow);
    const { items } = warden.aws.service;
    items.replace = async (record, revision) => {
      await ItemsTable.prototype.replace.call(items, record, revision);
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    };
    await run().finally(() => Reflect.deleteProperty(items, 'replace'));
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 2, failed: 0 });
    expect((await warden.redriven(workflow)).map(({ item }) => item)).toEqual(['a', 'b']);
  });

  /** The process ends right after the message was published. */
  async function publishesOnly() {
    const { redriveTopic } = warden.aws.service;
    redriveTopic.publish = async (name, messages) => {
      await RedriveTopic.prototype.publish.call(redriveTopic, name, messages);
      throw new Error('the process is gone');
    };
    await expect(run()).rejects.toThrow();
    Reflect.deleteProperty(redriveTopic, 'publish');
  }

  test('counts an item that was completed before its page was repeated as resumed', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const id = await started(workflow);
    await publishesOnly();
    await warden.complete(workflow, 'a');
    warden.clock.advance(81_000);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 2, skipped: 0 });
  });

  test('counts an item that its upstream service failed before its page was repeated as resumed (P4)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    await publishesOnly();
    await warden.progress(workflow, 'a', { failed: { reason: 'disk full' } });
    warden.clock.advance(81_000);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      resumed: 1,
      skipped: 0,
      failedAgain: 1,
    });
    // Nothing shows who failed it, so its message is published again under the same id.
    const [first, again] = await warden.redriven(workflow);
    expect(first).toMatchObject({ item: 'a', attempt: 2 });
    expect(again).toEqual(first);
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'failed', attempt: 2 });
  });

  /** The process ends right before the message is published. */
  async function startsOnly() {
    const { redriveTopic } = warden.aws.service;
    redriveTopic.publish = () => Promise.reject(new Error('the process is gone'));
    await expect(run()).rejects.toThrow();
    Reflect.deleteProperty(redriveTopic, 'publish');
  }

  test('resumes an item again that was started, perhaps not published, and overdue before its page was repeated (P1)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow, { timeout: 5 });
    await startsOnly();
    await warden.pass(7_000);
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'overdue', attempt: 2 });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1, skipped: 0 });
    expect(await warden.redriven(workflow)).toMatchObject([{ item: 'a', attempt: 3 }]);
  });

  test.each<[string, object]>([
    ['reaches a step', { step: 'copied' }],
    ['extends the deadline', { timeout: 6 }],
    ['reports a failure', { failed: { reason: 'disk full' } }],
  ])(
    'publishes an item although the slow worker of the attempt before %s in the started attempt (P1, P4)',
    async (_, report) => {
      const workflow = await failedItems(warden, ['a']);
      const id = await started(workflow, { timeout: 5 });
      await startsOnly();
      warden.clock.advance(1_000);
      await warden.progress(workflow, 'a', report);
      await warden.pass(7_000);
      const { state } = (await warden.read(workflow, 'a')).json;
      expect(['overdue', 'failed']).toContain(state);
      await run();
      expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1, skipped: 0 });
      expect(await warden.redriven(workflow)).toMatchObject([{ item: 'a', attempt: 2, redrive: id }]);
      expect((await warden.read(workflow, 'a')).json).toMatchObject({ state, attempt: 2 });
    },
  );

  /** An item that is overdue in the attempt that the redrive started, after a report. No message was published. */
  async function overdueAfterReport(expire: (workflow: string) => Promise<unknown>) {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow, { timeout: 5 });
    await startsOnly();
    await warden.progress(workflow, 'a', { step: 'copied' });
    await expire(workflow);
    await warden.events(workflow);
    return { workflow, id };
  }

  test('reports a breach that was not reported before it publishes the item again (P3)', async () => {
    const { workflow, id } = await overdueAfterReport(async (workflow) => {
      warden.clock.advance(7_000);
      const { items } = warden.aws.service;
      const seen = (await items.readOpen(workflow, 'a')) as ItemRecord;
      await items.expire(seen, new Date(warden.clock.now()).toISOString(), 'timer');
    });
    const refusal = refuseMessages(warden.aws.sns, 'a', 100);
    await run().finally(refusal.restore);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 0, failed: 1 });
    expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'a', attempt: 2 }]);
  });

  test('leaves a breached item as it is if SNS rejects its message when its page is repeated: people know of it (P6)', async () => {
    const { workflow, id } = await overdueAfterReport(() => warden.pass(7_000));
    const before = (await warden.read(workflow, 'a')).json;
    expect(before).toMatchObject({ state: 'overdue', attempt: 2 });
    const refusal = refuseMessages(warden.aws.sns, 'a', 100);
    await run().finally(refusal.restore);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      resumed: 0,
      failed: 1,
      errors: [{ item: 'a', error: 'InternalError' }],
    });
    expect((await warden.read(workflow, 'a')).json).toEqual(before);
    expect(await warden.events(workflow)).toEqual([]);
    await started(workflow);
    await run();
    expect(await warden.redriven(workflow)).toMatchObject([{ item: 'a', attempt: 3 }]);
  });

  test('starts no second attempt of an item that SNS rejected before its page was repeated (P4)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    const { redrives, redriveTopic } = warden.aws.service;
    redriveTopic.publish = (name, messages) => {
      redrives.replace = () => Promise.reject(new Error('the process is gone'));
      return RedriveTopic.prototype.publish.call(redriveTopic, name, messages);
    };
    const refusal = refuseMessages(warden.aws.sns, 'a', 100);
    await expect(run()).rejects.toThrow();
    refusal.restore();
    Reflect.deleteProperty(redriveTopic, 'publish');
    Reflect.deleteProperty(redrives, 'replace');
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'failed', attempt: 2 });
    warden.clock.advance(81_000);
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({
      state: 'done',
      resumed: 0,
      failed: 1,
      errors: [{ item: 'a', error: 'redrive-not-delivered' }],
    });
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'failed', attempt: 2 });
  });

  test('keeps the warnAfter of the last attempt', async () => {
    const workflow = await failedItems(warden, ['a'], { warnAfter: 60 });
    await started(workflow);
    await run();
    await warden.events(workflow);
    await warden.pass(62_000);
    expect(await warden.events(workflow)).toMatchObject([{ event: 'item.warned', item: 'a', attempt: 2 }]);
  });

  test('keeps the steps of the last attempt, and records a step that is reached again', async () => {
    const workflow = await failedItems(warden, ['a'], { step: 'copied' });
    await started(workflow);
    await run();
    expect((await warden.redriven(workflow))[0]?.steps).toMatchObject([{ step: 'copied' }]);
    expect((await warden.read(workflow, 'a')).json).not.toHaveProperty('step');
    warden.clock.advance(1_000);
    const { json } = await warden.progress(workflow, 'a', { step: 'copied' });
    expect(json).toMatchObject({ step: 'copied', steps: [{ step: 'copied' }, { step: 'copied' }] });
    expect(Date.parse(json.steps[1].at)).toBe(warden.clock.now());
  });

  test('resumes an item that was overdue at the request and has failed since', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60 });
    await warden.pass(61_000);
    const id = await started(workflow);
    warden.clock.advance(1_000);
    await warden.progress(workflow, 'a', { failed: { reason: 'lost' } });
    await run();
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ matched: 1, resumed: 1 });
  });

  test('reports a breach that was not reported before it resumes the item (P3)', async () => {
    const workflow = warden.newWorkflow();
    const { items } = warden.aws.service;
    await warden.register(workflow, 'a', { timeout: 600 });
    warden.clock.advance(601_000);
    const seen = (await items.readOpen(workflow, 'a')) as ItemRecord;
    await items.expire(seen, new Date(warden.clock.now()).toISOString(), 'timer');
    expect(await warden.events(workflow)).toEqual([]);
    // It is not yet in a queue of its state.
    const id = await started(workflow, { ids: ['a'] });
    await run();
    expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'a', attempt: 1 }]);
    expect(await incidentOf(workflow)).toMatchObject({ incidentKind: 'overdue' });
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 1 });
  });

  test('counts in the incident what it resumed once it is completed, and the resolve says how many', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    const incident = (await incidentOf(workflow))?.id ?? '';
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).not.toEqual([]);
    const id = await started(workflow);
    await run();
    const { outcomes, items } = warden.aws.service;
    expect(await outcomes.read(incident)).toMatchObject({ redriven: 0 });
    // A resumed item has its incident and the redrive that resumed it until it is completed.
    expect(await items.readOpen(workflow, 'a')).toMatchObject({ state: 'waiting', incident, redrive: id });
    const { json } = await warden.request('GET', `/v1/incidents/${incident}`);
    const entries = json.timeline.filter(({ event }: { event: string }) => event === 'redrive');
    expect(entries).toMatchObject([{ by: 'open', redrive: id, items: 3 }]);
    for (const item of ['a', 'b', 'c']) await warden.complete(workflow, item);
    expect(await outcomes.read(incident)).toMatchObject({ redriven: 3, completedLate: 0 });
    for (let minute = 0; minute < 3; minute++) {
      warden.clock.advance(60_000);
      await sweepOne(warden, workflow);
    }
    const told = await warden.notifications(workflow);
    expect(told.at(-1)).toMatchObject({ event: 'resolved', incident, outcomes: { redriven: 3 } });
  });

  test('publishes no item that was completed right before its attempt was started (P5)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const id = await started(workflow);
    const { timers } = warden.aws.service;
    const { armFor } = timers;
    timers.armFor = async (...args) => {
      timers.armFor = armFor;
      await warden.complete(workflow, 'a');
      return armFor.apply(timers, args);
    };
    await run();
    expect(await warden.redriven(workflow)).toEqual([]);
    expect(await redriveOf(warden, workflow, id)).toMatchObject({ state: 'done', resumed: 0, skipped: 1 });
  });
});
