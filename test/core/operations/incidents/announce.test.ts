import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTimers } from '../../../../core/operations/watch/check-timers.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const second = 1_000;

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Items of one deadline, which has come; their timers are for the test to handle. */
async function due(items: readonly string[]): Promise<string> {
  const workflow = warden.newWorkflow();
  await registered(workflow, items);
  warden.clock.advance(6 * second);
  return workflow;
}

async function registered(workflow: string, items: readonly string[]): Promise<void> {
  for (let start = 0; start < items.length; start += 100) {
    const operations = items.slice(start, start + 100).map((item) => ({ op: 'register', item, timeout: 5 }));
    await warden.request('POST', `/v1/workflows/${workflow}/batch`, { body: { operations } });
  }
}

/** As check-timers does for these items. `wait` is called when it waits for the rest of the batch. */
async function fire(
  workflow: string,
  items: readonly string[],
  wait?: () => Promise<unknown>,
): Promise<void> {
  const armedAt = new Date(warden.clock.now() - 60 * second).toISOString();
  const messages = items.map((item) => ({ workflow, item, timer: 'any', armedAt }));
  const failed = await checkTimers({ ...warden.aws.service, ...(wait && { wait }) }, messages);
  expect(failed.size).toBe(0);
}

describe('an incident', () => {
  test('storms 3: opened by the sweep, for items that it finds without one, is told of at once', async () => {
    const workflow = await due(['a', 'b']);
    await fire(workflow, ['a', 'b']);
    await warden.notifications(workflow);
    // As after a crash, or a removal by hand.
    const { incidents } = warden.aws.service;
    const seen = await incidents.open.read(workflow, 'overdue');
    if (seen) await incidents.open.remove(seen);
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { overdue: 2 } }]);
  });

  test('storms 3: that a caller opened who notifies nobody is announced by the next that reports to it', async () => {
    const workflow = await due(['a', 'b']);
    const { items, incidents } = warden.aws.service;
    const seen = await items.readOpen(workflow, 'a');
    if (!seen) throw new Error('no item');
    await items.expire(seen, new Date(warden.clock.now()).toISOString(), 'timer');
    // It completes an item that was marked, and was to be reported in a moment.
    await warden.complete(workflow, 'a');
    expect(await incidents.open.read(workflow, 'overdue')).toMatchObject({ notified: 0 });
    expect(await warden.notifications(workflow)).toEqual([]);
    await fire(workflow, ['b']);
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { overdue: 1 } }]);
  });

  test('storms 3: is told of once, whenever the sweep comes between marking, reporting and telling', async () => {
    const { items, incidents, notifications } = warden.aws.service;
    const points = [
      [items, 'expire'],
      [incidents.open, 'report'],
      [items, 'recordReport'],
      [notifications, 'publish'],
      [incidents.open, 'recordNotified'],
    ] as [object, string][];
    for (const [port, method] of points) {
      for (const isBefore of [true, false]) {
        const workflow = await due(['a', 'b', 'c']);
        const own = Object.getOwnPropertyDescriptor(port, method);
        const call = Reflect.get(port, method) as (...args: unknown[]) => Promise<unknown>;
        let swept = false;
        const sweepOnce = async () => {
          if (swept) return;
          swept = true;
          await sweepOne(warden, workflow);
        };
        Reflect.set(port, method, async (...args: unknown[]) => {
          if (isBefore) await sweepOnce();
          const result = await call.apply(port, args);
          if (!isBefore) await sweepOnce();
          return result;
        });
        await fire(workflow, ['a', 'b', 'c']);
        if (!own) Reflect.deleteProperty(port, method);
        expect(swept).toBe(true);
        const told = await warden.notifications(workflow);
        const where = `${isBefore ? 'before' : 'after'} ${method}`;
        expect(
          told.map(({ event, counts }) => [event, counts.overdue]),
          where,
        ).toEqual([['opened', 3]]);
      }
    }
  });
});

describe('the first notification', () => {
  test('users 6: waits for the rest of its batch, which other functions report', async () => {
    const [mine, others] = [named('a', 3), named('b', 40)];
    const workflow = await due([...mine, ...others]);
    let waits = 0;
    await fire(workflow, mine, async () => {
      if (++waits === 2) await fire(workflow, others);
      warden.clock.advance(500);
    });
    expect(waits).toBe(2);
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'opened', counts: { overdue: 43 } },
    ]);
  });

  test('users 6: waits two seconds at most', async () => {
    const workflow = await due(['a', 'never']);
    let waited = 0;
    await fire(workflow, ['a'], async () => {
      waited += 500;
      warden.clock.advance(500);
    });
    expect(waited).toBe(2_000);
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { overdue: 1 } }]);
  });

  test('users 6: does not wait when nothing else is due', async () => {
    const workflow = await due(['a']);
    await registered(workflow, ['later']);
    await fire(workflow, ['a'], () => Promise.reject(new Error('waited')));
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened' }]);
  });

  test('users 6: of one item, when there are ten times as many seconds later, is followed by an update at once', async () => {
    const workflow = await due(named('a', 30));
    await registered(workflow, ['failing']);
    await warden.progress(workflow, 'failing', { failed: { reason: 'no disk' } });
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { failed: 1 } }]);
    warden.clock.advance(second);
    await fire(workflow, named('a', 8));
    expect(await warden.notifications(workflow)).toEqual([]);
    await fire(workflow, named('a', 30));
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'updated', counts: { overdue: 30, failed: 1 }, sequence: 2 },
    ]);
    await fire(workflow, named('a', 30));
    expect(await warden.notifications(workflow)).toEqual([]);
  });

  test('users 6: of a few items is followed by an update of the next sweep, if nobody reports any more', async () => {
    const workflow = await due(named('a', 30));
    await fire(workflow, ['a0']);
    await warden.notifications(workflow);
    const { open } = warden.aws.service.incidents;
    const claim = open.claim;
    open.claim = async () => false;
    warden.clock.advance(second);
    await fire(workflow, named('a', 30));
    open.claim = claim;
    expect(await warden.notifications(workflow)).toEqual([]);
    warden.clock.advance(second);
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'updated', counts: { overdue: 30 } },
    ]);
  });
});
