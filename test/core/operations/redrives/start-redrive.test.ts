import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyWorkflow, failedItems, markersOf, redriveOf, startRedrive } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

describe('start-redrive', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
  });
  afterAll(() => warden.close());

  test('says what it would do in a dry run, and does nothing', async () => {
    const items = Array.from({ length: 22 }, (_, n) => `item-${n}`);
    const workflow = await failedItems(warden, items, { data: { n: 1 }, step: 'begun' });
    const { status, json } = await startRedrive(warden, workflow, { dryRun: true, rate: 4 });
    expect(status).toBe(200);
    const first = (await warden.read(workflow, 'item-0')).json;
    expect(json).toEqual({
      count: 22,
      items: items.slice(0, 20).map((item) => ({
        item,
        attempt: 1,
        step: 'begun',
        registeredAt: expect.any(String),
      })),
      oldest: first.registeredAt,
      bytes: 22 * '{"n":1}'.length,
      subscriptions: 1,
      takesMs: 5_500,
    });
    expect(first.state).toBe('failed');
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('with a limit says what it would do with the first items', async () => {
    const items = Array.from({ length: 5 }, (_, n) => `item-${n}`);
    const workflow = await failedItems(warden, items.toReversed(), { data: { n: 1 } });
    const dryRun = async (body: object) =>
      (await startRedrive(warden, workflow, { ...body, dryRun: true, rate: 1 })).json;
    const two = await dryRun({ limit: 2 });
    expect(two).toMatchObject({ count: 2, bytes: 14, takesMs: 2_000 });
    expect(two.items.map(({ item }: { item: string }) => item)).toEqual(['item-4', 'item-3']);
    expect(two).not.toHaveProperty('more');
    expect(await dryRun({ limit: 5 })).toMatchObject({ count: 5 });
    expect(await dryRun({ limit: 1_000_000 })).toMatchObject({ count: 5 });
    expect(await dryRun({ limit: 1, prefix: 'item-1' })).toMatchObject({
      count: 1,
      items: [{ item: 'item-1' }],
    });
  });

  test('selects the items that match its filter', async () => {
    const workflow = warden.newWorkflow();
    const start = warden.clock.now();
    const time = (ms: number) => new Date(start + ms).toISOString();
    // Registered at 0, 1 and 2 s; a and ab fail, b goes overdue after 5 s, and c waits.
    const tags = { customer: 'acme', env: 'live' };
    await warden.register(workflow, 'a', { timeout: 600, step: 'fetched', tags });
    warden.clock.advance(1_000);
    await warden.register(workflow, 'ab', { timeout: 700, tags: { customer: 'other' } });
    warden.clock.advance(1_000);
    await warden.register(workflow, 'b', { timeout: 5 });
    await warden.register(workflow, 'c', { timeout: 5_000 });
    for (const item of ['a', 'ab']) {
      await warden.progress(workflow, item, { failed: { reason: 'disk full', type: 'disk' } });
      if (item === 'a') continue;
      await warden.register(workflow, item, { timeout: 700, tags: { customer: 'other' } });
      await warden.progress(workflow, item, { failed: { reason: 'disk full again', type: 'disk-again' } });
    }
    await warden.pass(6_000);
    const filters: [object, string[]][] = [
      [{}, ['a', 'ab', 'b']],
      [{ state: 'failed' }, ['a', 'ab']],
      [{ state: 'overdue' }, ['b']],
      [{ step: 'fetched' }, ['a']],
      [{ tag: 'customer' }, ['a', 'ab']],
      [{ tag: 'customer:other' }, ['ab']],
      [{ states: ['overdue', 'failed'] }, ['a', 'ab', 'b']],
      [{ states: ['overdue'] }, ['b']],
      [{ state: 'overdue', states: ['failed'] }, []],
      [{ tags: ['customer'] }, ['a', 'ab']],
      [{ tags: ['customer:acme', 'env:live'] }, ['a']],
      [{ tags: ['customer:other', 'env:live'] }, []],
      [{ tag: 'env', tags: ['customer:acme'] }, ['a']],
      [{ reason: 'disk full' }, ['a', 'ab']],
      [{ reason: 'full again' }, ['ab']],
      [{ reason: 'Disk' }, []],
      [{ type: 'disk' }, ['a']],
      [{ started: false }, ['ab', 'b']],
      [{ started: true }, ['a']],
      [{ started: false, state: 'overdue' }, ['b']],
      [{ ids: ['b', 'a', 'c', 'gone'] }, ['a', 'b']],
      [{ prefix: 'a' }, ['a', 'ab']],
      [{ attempt: 2 }, ['ab']],
      [{ dueBefore: time(600_000) }, ['b']],
      [{ dueAfter: time(600_001) }, ['ab']],
      [{ registeredBefore: time(1_000) }, ['a']],
      [{ registeredAfter: time(1_000) }, ['ab', 'b']],
      [{ registeredAfter: time(500), registeredBefore: time(1_500), state: 'failed' }, ['ab']],
    ];
    for (const [filter, expected] of filters) {
      const { json } = await startRedrive(warden, workflow, { ...filter, dryRun: true });
      expect([filter, json.items.map(({ item }: { item: string }) => item)]).toEqual([filter, expected]);
    }
  });

  test('refuses times that exclude everything, and ids that are too large together (P7)', async () => {
    const workflow = await emptyWorkflow(warden);
    const reversed = { registeredAfter: '2026-03-02T00:00:00Z', registeredBefore: '2026-03-01T00:00:00Z' };
    const ids = Array.from({ length: 410 }, (_, index) => `${index}`.padEnd(250, 'x'));
    for (const [body, path] of [
      [reversed, 'registeredAfter'],
      [{ ...reversed, dryRun: true }, 'registeredAfter'],
      [{ ids }, 'ids'],
    ] as const) {
      const { status, json } = await startRedrive(warden, workflow, body);
      expect([status, json.errors]).toMatchObject([400, [{ path }]]);
    }
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('refuses unknown filters and limits, and names what is allowed (P7)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const eleven = Array.from({ length: 11 }, (_, index) => `tag-${index}`);
    for (const path of ['redrives', 'discards']) {
      for (const [body, at, message] of [
        [{ tags: eleven }, 'tags', 'at most 10 entries'],
        [{ tags: [] }, 'tags', 'at least 1'],
        [{ tags: 'customer' }, 'tags', 'list'],
        [{ tags: ['customer', '-'] }, 'tags.1', 'key or key:value'],
        [{ tag: ['customer'] }, 'tag', 'must be key or key:value; received a list'],
        [{ states: ['waiting'] }, 'states.0', '"overdue" or "failed"'],
        [{ states: ['overdue', 'failed', 'failed'] }, 'states', 'at most 2'],
        [{ state: ['overdue'] }, 'state', '"overdue" or "failed"'],
        [{ started: 'false' }, 'started', 'true or false'],
        [{ reason: '' }, 'reason', '1–1024'],
        [{ reason: 'x'.repeat(1_025) }, 'reason', '1–1024'],
        [{ type: 'x'.repeat(129) }, 'type', '1–128'],
        [{ limit: 0 }, 'limit', 'must be at least 1'],
        [{ limit: 1_000_001 }, 'limit', 'must be at most 1000000'],
        [{ limit: 1.5 }, 'limit', 'whole number'],
        [{ limit: '10' }, 'limit', 'number'],
      ] as const) {
        const { status, json } = await warden.request('POST', `/v1/workflows/${workflow}/${path}`, {
          body: { ...body, dryRun: true },
        });
        expect([body, status, json.errors]).toMatchObject([body, 400, [{ path: at }]]);
        expect(json.errors[0].message).toContain(message);
      }
    }
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('refuses to resume items without a subscription, and says so in a dry run (P7)', async () => {
    const workflow = await emptyWorkflow(warden);
    const { redriveTopic } = warden.aws.service;
    redriveTopic.subscriptions = async () => 0;
    const dryRun = await startRedrive(warden, workflow, { dryRun: true });
    const refused = await startRedrive(warden, workflow);
    Reflect.deleteProperty(redriveTopic, 'subscriptions');
    expect(dryRun.json).toMatchObject({ count: 0, subscriptions: 0 });
    expect([refused.status, refused.json.code]).toEqual([409, 'no-subscription']);
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('refuses an eleventh redrive in a workflow with ten that run', async () => {
    const workflow = await emptyWorkflow(warden);
    for (let count = 0; count < 10; count++) {
      expect((await startRedrive(warden, workflow)).status).toBe(202);
    }
    const { status, json } = await startRedrive(warden, workflow);
    expect([status, json.code]).toEqual([409, 'too-many-redrives']);
    expect((await startRedrive(warden, await emptyWorkflow(warden))).status).toBe(202);
    await warden.functions.runRedrives();
    expect((await startRedrive(warden, workflow)).status).toBe(202);
  });

  test('refuses a timeout and a rate that are out of range', async () => {
    const workflow = await emptyWorkflow(warden);
    const { status, json } = await startRedrive(warden, workflow, { timeout: 400 * 86_400 });
    expect([status, json.type]).toEqual([422, expect.stringContaining('deadline-out-of-range')]);
    for (const rate of [0, 1.5, 1_001]) {
      expect((await startRedrive(warden, workflow, { rate })).status).toBe(400);
    }
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('finds a resumed item by the step that it was lost after, and names the steps that there are (public report I)', async () => {
    const workflow = await failedItems(warden, ['a'], { step: 'copied' });
    const redrive = (await startRedrive(warden, workflow, { step: 'copied' })).json;
    await warden.functions.runRedrives();
    expect((await redriveOf(warden, workflow, redrive.id)).resumed).toBe(1);
    await warden.progress(workflow, 'a', { failed: { reason: 'again' } });
    const lostAfter = { step: 'copied', attempt: 1 };
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ attempt: 2, lostAfter });
    const again = await startRedrive(warden, workflow, { step: 'copied', dryRun: true });
    expect(again.json).toMatchObject({ count: 1, items: [{ item: 'a', lostAfter }] });
    const none = await startRedrive(warden, workflow, { step: 'copeid', dryRun: true });
    expect(none.json).toMatchObject({ count: 0, steps: [{ step: 'copied', count: 1 }] });
  });

  test('keeps a note, and says which other redrives of the workflow run (users 2)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const first = (await startRedrive(warden, workflow, { note: 'disk replaced' })).json;
    expect(first.note).toBe('disk replaced');
    expect(first).not.toHaveProperty('alongside');
    const second = (await startRedrive(warden, workflow, {})).json;
    expect(second.alongside).toEqual([first.id]);
    await warden.functions.runRedrives();
    const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
    const incident = await warden.request('GET', `/v1/incidents/${json.incidents[0].id}`);
    expect(incident.json.timeline).toContainEqual(
      expect.objectContaining({ event: 'redrive', redrive: first.id, note: 'disk replaced' }),
    );
  });

  test('of a mistyped workflow is a 404, and ids that are not there are counted and named (public report L, P7)', async () => {
    const workflow = await failedItems(warden, ['a']);
    for (const [path, body] of [
      ['redrives', {}],
      ['redrives', { dryRun: true }],
      ['discards', { dryRun: true }],
    ] as const) {
      const { status, json } = await warden.request('POST', `/v1/workflows/${workflow}x/${path}`, { body });
      expect([status, json.code]).toEqual([404, 'workflow-not-found']);
    }
    const ids = { ids: ['nope', 'a'], dryRun: true };
    for (const path of ['redrives', 'discards']) {
      const { json } = await warden.request('POST', `/v1/workflows/${workflow}/${path}`, { body: ids });
      expect(json).toMatchObject({ count: 1, unknown: { count: 1, ids: ['nope'] } });
    }
  });
});
