import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failedItems, markersOf, redriveOf, redrivesOf, withoutWaiting } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

describe('discard', () => {
  let warden: EmbeddedWarden;
  beforeAll(async () => {
    warden = await startWarden();
    withoutWaiting(warden);
  });
  afterAll(() => warden.close());

  const discard = (workflow: string, body: object) =>
    warden.request('POST', `/v1/workflows/${workflow}/discards`, { body });
  const run = () => warden.functions.runRedrives();
  const statusOf = async (workflow: string, item: string) => (await warden.read(workflow, item)).status;

  async function tokenOf(workflow: string, filter: object = {}): Promise<string> {
    const { status, json } = await discard(workflow, { ...filter, dryRun: true });
    expect(status).toBe(200);
    return json.token;
  }

  test('says what it would remove, and removes it only when its token is sent', async () => {
    const workflow = await failedItems(warden, ['a', 'ab', 'b'], { data: { n: 1 } });
    const { status, json } = await discard(workflow, { prefix: 'a', dryRun: true });
    expect([status, json]).toMatchObject([
      200,
      { count: 2, items: [{ item: 'a' }, { item: 'ab' }], bytes: 14 },
    ]);
    expect(json).not.toHaveProperty('takesMs');
    await run();
    expect(await statusOf(workflow, 'a')).toBe(200);
    const hidden = await warden.request('GET', `${redrivesOf(workflow)}/${json.token}`);
    expect(hidden.status).toBe(404);

    const started = await discard(workflow, { token: json.token });
    expect([started.status, started.json]).toMatchObject([202, { action: 'discard', state: 'running' }]);
    await run();
    const ended = await redriveOf(warden, workflow, started.json.id);
    expect(ended).toMatchObject({ state: 'done', matched: 2, discarded: 2, skipped: 0, failed: 0 });
    for (const [item, expected] of [
      ['a', 404],
      ['ab', 404],
      ['b', 200],
    ] as const) {
      expect(await statusOf(workflow, item)).toBe(expected);
    }
    expect(await warden.redriven(workflow)).toEqual([]);
    expect(await markersOf(warden, workflow)).toEqual([]);
    const incident = (await warden.aws.service.incidents.open.read(workflow, 'overdue'))?.id ?? '';
    expect(await warden.aws.service.outcomes.read(incident)).toMatchObject({
      discarded: 2,
      completedLate: 0,
    });
  });

  test('does not remove items that were changed since the dry run', async () => {
    const workflow = await failedItems(warden, ['a', 'b'], { tags: { env: 'live' } });
    await warden.progress(workflow, 'a', { tags: { env: 'test' } });
    warden.clock.advance(10);
    const token = await tokenOf(workflow, { tag: 'env:test' });
    warden.clock.advance(10);
    await warden.progress(workflow, 'b', { tags: { env: 'test' } });
    await discard(workflow, { token });
    await run();
    expect([await statusOf(workflow, 'a'), await statusOf(workflow, 'b')]).toEqual([404, 200]);
  });

  test('removes the items that match its filters, and no others', async () => {
    for (const [filter, left] of [
      [{ reason: 'disk' }, ['never started', 'starved']],
      [{ type: 'no-memory' }, ['full', 'never started']],
      [{ started: false }, ['full', 'starved']],
      [{ tags: ['customer:acme', 'env:live'] }, ['never started', 'starved']],
      [{ states: ['failed'] }, ['never started']],
      [{ states: ['overdue', 'failed'], reason: 'memory' }, ['full', 'never started']],
    ] as const) {
      const workflow = warden.newWorkflow();
      const tags = { customer: 'acme' };
      await warden.register(workflow, 'full', {
        timeout: 600,
        step: 'copied',
        tags: { ...tags, env: 'live' },
      });
      await warden.register(workflow, 'starved', { timeout: 600, step: 'copied', tags });
      await warden.register(workflow, 'never started', { timeout: 5, tags });
      await warden.progress(workflow, 'full', { failed: { reason: 'disk full' } });
      await warden.progress(workflow, 'starved', { failed: { reason: 'no memory', type: 'no-memory' } });
      await warden.pass(6_000);
      await discard(workflow, { token: await tokenOf(workflow, filter) });
      await run();
      const found = [];
      for (const item of ['full', 'never started', 'starved']) {
        if ((await statusOf(workflow, item)) === 200) found.push(item);
      }
      expect([filter, found]).toEqual([filter, left]);
    }
  });

  test('with a limit removes no item that its dry run left out, whatever happened to those that it counted', async () => {
    const workflow = await failedItems(warden, ['d', 'c', 'b', 'a']);
    const dryRun = (await discard(workflow, { limit: 2, dryRun: true })).json;
    expect(dryRun).toMatchObject({ count: 2, items: [{ item: 'd' }, { item: 'c' }] });
    await warden.complete(workflow, 'd');
    const { json } = await discard(workflow, { token: dryRun.token });
    expect(json).toMatchObject({ state: 'running', limit: 2 });
    await run();
    expect(await redriveOf(warden, workflow, dryRun.token)).toMatchObject({ state: 'done', discarded: 1 });
    const found = [];
    for (const item of ['d', 'c', 'b', 'a']) found.push(await statusOf(workflow, item));
    // The first item was completed, so its receipt is there.
    expect(found).toEqual([200, 404, 200, 200]);
  });

  test('fails an item that cannot be read, and removes the others (P8)', async () => {
    const workflow = await failedItems(warden, ['a', 'b']);
    const token = await tokenOf(workflow);
    const { items } = warden.aws.service;
    const seen = await items.readOpen(workflow, 'a');
    if (seen) await items.replace({ ...seen, timer: 7 as never }, seen.revision);
    const { json } = await discard(workflow, { token });
    await run();
    expect(await redriveOf(warden, workflow, json.id)).toMatchObject({
      state: 'done',
      discarded: 1,
      failed: 1,
    });
    expect(await statusOf(workflow, 'b')).toBe(404);
  });

  test('that was acknowledged is done, even if its marker was about to be removed (P4)', async () => {
    const workflow = await failedItems(warden, ['a']);
    const { redrives } = warden.aws.service;
    const token = await tokenOf(workflow);
    // The first call crashed after its marker, five minutes ago.
    const planned = await redrives.read(workflow, token);
    if (planned) await redrives.mark(planned);
    warden.clock.advance(301_000);
    const unmark = redrives.unmark;
    redrives.unmark = async function (marker) {
      redrives.unmark = unmark;
      expect((await discard(workflow, { token })).status).toBe(202);
      return unmark.call(this, marker);
    };
    await run();
    await run();
    expect(await statusOf(workflow, 'a')).toBe(404);
  });

  test('does not remove items that were breached or restarted after the dry run', async () => {
    const workflow = await failedItems(warden, ['a', 'b', 'c']);
    await warden.register(workflow, 'later', { timeout: 600 });
    const token = await tokenOf(workflow);
    warden.clock.advance(1_000);
    await warden.progress(workflow, 'later', { failed: { reason: 'disk full' } });
    await warden.register(workflow, 'b', { timeout: 600 });
    await warden.register(workflow, 'c', { timeout: 600 });
    await warden.progress(workflow, 'c', { failed: { reason: 'disk full' } });
    await discard(workflow, { token });
    await run();
    const found = [];
    for (const item of ['a', 'b', 'c', 'later']) found.push(await statusOf(workflow, item));
    expect(found).toEqual([404, 200, 200, 200]);
    expect(await redriveOf(warden, workflow, token)).toMatchObject({ matched: 1, discarded: 1 });
  });

  test('accepts a token for 15 minutes, and only in its own workflow', async () => {
    const workflow = await failedItems(warden, ['a']);
    const token = await tokenOf(workflow);
    for (const [name, wrong] of [
      [warden.newWorkflow(), token],
      [workflow, '0'.repeat(20)],
    ] as const) {
      const { status, json } = await discard(name, { token: wrong });
      expect([status, json.type]).toEqual([404, expect.stringContaining('redrive-not-found')]);
    }
    warden.clock.advance(900_001);
    const { status, json } = await discard(workflow, { token });
    expect([status, json.type]).toEqual([409, expect.stringContaining('dry-run-too-old')]);
    await run();
    expect(await statusOf(workflow, 'a')).toBe(200);
  });

  test('is found by its runner even if its dry run is minutes old, whenever the runner starts', async () => {
    const workflow = await failedItems(warden, ['a']);
    const token = await tokenOf(workflow);
    warden.clock.advance(600_000);
    const { redrives } = warden.aws.service;
    const replace = redrives.replace;
    redrives.replace = async function (...args) {
      redrives.replace = replace;
      // Between the marker and the start of the discard.
      await run();
      return replace.apply(this, args);
    };
    await discard(workflow, { token });
    await run();
    expect(await redriveOf(warden, workflow, token)).toMatchObject({ state: 'done', discarded: 1 });
  });

  test('is done once if its token is sent again', async () => {
    const workflow = await failedItems(warden, ['a']);
    const token = await tokenOf(workflow);
    const both = await Promise.all([discard(workflow, { token }), discard(workflow, { token })]);
    expect(both.map(({ status, json }) => [status, json.id])).toEqual([
      [202, token],
      [202, token],
    ]);
    await run();
    const done = await redriveOf(warden, workflow, token);
    warden.clock.advance(1_000_000);
    expect((await discard(workflow, { token })).json).toEqual(done);
    await run();
    expect(await redriveOf(warden, workflow, token)).toEqual(done);
  });
});
