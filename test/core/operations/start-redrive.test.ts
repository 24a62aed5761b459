import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failedItems, markersOf, startRedrive } from '../../support/redrives.ts';
import { type EmbeddedWarden, startWarden } from '../../support/warden.ts';

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
      takesMs: 5_500,
    });
    expect(first.state).toBe('failed');
    expect(await markersOf(warden, workflow)).toEqual([]);
  });

  test('is about the items that its filter fits', async () => {
    const workflow = warden.newWorkflow();
    const start = warden.clock.now();
    const time = (ms: number) => new Date(start + ms).toISOString();
    // Registered at 0, 1 and 2 s; a and ab fail, b goes overdue after 5 s, and c waits.
    await warden.register(workflow, 'a', { timeout: 600, step: 'fetched', tags: { customer: 'acme' } });
    warden.clock.advance(1_000);
    await warden.register(workflow, 'ab', { timeout: 700, tags: { customer: 'other' } });
    warden.clock.advance(1_000);
    await warden.register(workflow, 'b', { timeout: 5 });
    await warden.register(workflow, 'c', { timeout: 5_000 });
    for (const item of ['a', 'ab']) {
      await warden.progress(workflow, item, { failed: { reason: 'disk full' } });
      if (item === 'a') continue;
      await warden.register(workflow, item, { timeout: 700, tags: { customer: 'other' } });
      await warden.progress(workflow, item, { failed: { reason: 'disk full' } });
    }
    await warden.pass(6_000);
    const filters: [object, string[]][] = [
      [{}, ['a', 'ab', 'b']],
      [{ state: 'failed' }, ['a', 'ab']],
      [{ state: 'overdue' }, ['b']],
      [{ step: 'fetched' }, ['a']],
      [{ tag: 'customer' }, ['a', 'ab']],
      [{ tag: 'customer:other' }, ['ab']],
      [{ ids: ['b', 'a', 'c', 'gone'] }, ['a', 'b']],
      [{ prefix: 'a' }, ['a', 'ab']],
      [{ attempt: 2 }, ['ab']],
      [{ dueBefore: time(600_000) }, ['b']],
      [{ dueAfter: time(600_001) }, ['ab']],
      [{ registeredBefore: time(1_000) }, ['a']],
      [{ registeredAfter: time(1_000) }, ['ab', 'b']],
      [{ registeredAfter: time(500), registeredBefore: time(1_500), state: 'failed' }, ['ab']],
      [{ registeredAfter: time(1_500), registeredBefore: time(500) }, []],
    ];
    for (const [filter, expected] of filters) {
      const { json } = await startRedrive(warden, workflow, { ...filter, dryRun: true });
      expect([filter, json.items.map(({ item }: { item: string }) => item)]).toEqual([filter, expected]);
    }
  });

  test('refuses a timeout and a rate that are out of range', async () => {
    const workflow = warden.newWorkflow();
    const { status, json } = await startRedrive(warden, workflow, { timeout: 400 * 86_400 });
    expect([status, json.type]).toEqual([422, expect.stringContaining('deadline-out-of-range')]);
    for (const rate of [0, 1.5, 1_001]) {
      expect((await startRedrive(warden, workflow, { rate })).status).toBe(400);
    }
    expect(await markersOf(warden, workflow)).toEqual([]);
  });
});
