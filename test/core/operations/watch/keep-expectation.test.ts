import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notification } from '../../../../core/contract/notification.ts';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { partAt } from '../../../../core/model/workflow/expectation.ts';
import { keepExpectation } from '../../../../core/operations/watch/keep-expectation.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { type FaultMode, Faults } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden, Warden } from '../../../support/warden.ts';

const minute = 60_000;
const expected = { atLeast: 3, every: 'PT5M' };
/** `every`, its margin, and the time that is not judged yet because not all of its registrations may be counted. */
const judgedMs = 6 * minute;
/** From the settings to the first judgement: by then every function knows them, and the time that is judged has passed. */
const firstMs = minute + judgedMs;

const save = (warden: Warden, workflow: string, settings: object = { expect: expected }) =>
  warden.request('PUT', `/v1/workflows/${workflow}`, { body: settings });

async function registerMany(warden: Warden, workflow: string, items: readonly string[]): Promise<void> {
  for (const item of items) {
    const { status } = await warden.register(workflow, item, { timeout: 'P30D' });
    expect([200, 201]).toContain(status);
  }
}

const told = (notifications: Notification[]) =>
  notifications.map(({ event, kind, shortfall }) => ({ event, kind, registered: shortfall?.registered }));
const opened = (registered: number) => ({ event: 'opened', kind: 'shortfall', registered });
const resolved = expect.objectContaining({ event: 'resolved', kind: 'shortfall' });

describe('a workflow that expects registrations', () => {
  onOneEngine((warden) => {
    test('opens an incident when there were too few, and tells of it once (P3, P6)', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow, { expect: expected, severity: 'critical' });
      await warden().passSweeping(3 * minute);
      await registerMany(warden(), workflow, ['a', 'b']);
      await warden().passSweeping(firstMs - 3 * minute - 1_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().passSweeping(1_000);
      const [notification, ...others] = await warden().notifications(workflow);
      const to = warden().clock.now() - 30_000;
      const shortfall = {
        atLeast: 3,
        registered: 2,
        from: new Date(to - 5.5 * minute).toISOString(),
        to: new Date(to).toISOString(),
      };
      expect(notification).toMatchObject({
        event: 'opened',
        level: 'alert',
        kind: 'shortfall',
        severity: 'critical',
        subject: `[${workflow}] fewer registrations than expected`,
        shortfall,
        counts: { overdue: 0, failed: 0 },
      });
      expect(others).toEqual([]);
      const text = notification ? notificationText(notification) : '';
      expect(text).toContain('fewer registrations than expected');
      expect(text).toMatch(/2 .*registered from .* to .*at least 3 were expected/);
      // The reader learns how it ends.
      expect(text).toContain(
        'The incident is resolved when 1 more item is registered, or when `expect` is no longer in the settings',
      );
      const incident = await warden().aws.service.incidents.open.read(workflow, 'shortfall');
      expect(incident).toMatchObject({ id: notification?.incident, notified: 1, shortfall });
      // It stays short: that is no news.
      await warden().passSweeping(10 * minute);
      expect(await warden().notifications(workflow)).toEqual([]);
    });

    test('hears nothing when there are always enough', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow);
      for (const round of [1, 2, 3, 4]) {
        await registerMany(warden(), workflow, [`a${round}`, `b${round}`, `c${round}`, `d${round}`]);
        await warden().passSweeping(5 * minute + 20_000);
      }
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().aws.service.incidents.open.read(workflow, 'shortfall')).toBeUndefined();
    });

    test('is told when nothing was ever registered, and that it goes on with the next sweep (public report F)', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow);
      await warden().passSweeping(firstMs);
      expect(told(await warden().notifications(workflow))).toEqual([opened(0)]);
      const incident = await warden().aws.service.incidents.open.read(workflow, 'shortfall');
      await registerMany(warden(), workflow, ['a', 'b', 'c']);
      await warden().passSweeping(minute);
      const [notification, ...others] = await warden().notifications(workflow);
      expect(notification).toMatchObject({
        event: 'resolved',
        level: 'info',
        incident: incident?.id,
        subject: expect.stringContaining(`[${workflow}] resolved`),
      });
      expect(others).toEqual([]);
      expect(await warden().aws.service.incidents.open.read(workflow, 'shortfall')).toBeUndefined();
      await warden().passSweeping(minute);
      expect(await warden().notifications(workflow)).toEqual([]);
    });
  });
});

describe('expected registrations', () => {
  let warden: EmbeddedWarden;
  let faults: Faults;
  beforeEach(async () => {
    warden = await startWarden();
    knowEmptyQueues(warden);
    faults = new Faults(warden);
  });
  afterEach(() => warden.close());

  /** The workflow, right before it is judged for the first time. No sweep has run yet: time can pass at once. */
  async function expecting(settings: object = { expect: expected }): Promise<string> {
    const workflow = warden.newWorkflow();
    await save(warden, workflow, settings);
    warden.clock.advance(firstMs - 1_000);
    return workflow;
  }

  /** What was asked of the table of counts since the last call, by command. */
  function countCalls(): string[] {
    const calls = faults.calls.filter((_, index) =>
      JSON.stringify(faults.inputs[index]).includes('registrations#'),
    );
    faults.revive();
    return calls;
  }

  test('that change are judged by the time since then (P2)', async () => {
    const workflow = await expecting();
    await save(warden, workflow, { expect: { ...expected, atLeast: 2 } });
    await warden.passSweeping(firstMs - 1_000);
    expect(await warden.notifications(workflow)).toEqual([]);
    await warden.passSweeping(1_000);
    expect(await warden.notifications(workflow)).toMatchObject([
      { shortfall: { atLeast: 2, registered: 0 } },
    ]);
  });

  test('that are saved again as they were are judged all the same', async () => {
    const workflow = await expecting();
    await save(warden, workflow, { expect: expected, description: 'nightly copies' });
    await warden.passSweeping(1_000);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('that are stated no more are over (P2)', async () => {
    const workflow = await expecting();
    await warden.passSweeping(1_000);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
    await save(warden, workflow, { description: 'nightly copies' });
    await warden.passSweeping(minute);
    expect(await warden.notifications(workflow)).toEqual([resolved]);
  });

  test('are not judged by the time in which the warden was away, and the time before counts for it (P2, public report F)', async () => {
    const workflow = await expecting();
    await registerMany(warden, workflow, ['a', 'b', 'c']);
    await warden.passSweeping(3 * minute);
    // Away for eight minutes until the next sweep: nothing could be registered.
    await warden.pass(7 * minute);
    await warden.passSweeping(3 * minute);
    expect(await warden.notifications(workflow)).toEqual([]);
    await warden.passSweeping(2 * minute);
    const [notification, ...others] = await warden.notifications(workflow);
    expect(notification).toMatchObject({ event: 'opened', shortfall: { registered: 0, awayMs: 8 * minute } });
    expect(others).toEqual([]);
    expect(notification && notificationText(notification)).toContain(
      'The warden itself was unavailable for 8m of this time, which does not count.',
    );
  });

  test('are missed although the warden was away in every night (public report F)', async () => {
    const workflow = warden.newWorkflow();
    await save(warden, workflow, { expect: { atLeast: 1, every: 'PT1H' } });
    for (let round = 0; round < 4; round++) {
      await warden.passSweeping(20 * minute, 4 * minute);
      await warden.pass(7 * minute);
    }
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('are not known after a long time away, which health says, and no incident is opened or ended (P2, P7)', async () => {
    const workflow = await expecting();
    await registerMany(warden, workflow, ['a', 'b', 'c']);
    await warden.passSweeping(5 * minute);
    await warden.pass(60 * minute);
    await warden.passSweeping(3 * minute);
    expect(await warden.notifications(workflow)).toEqual([]);
    const check = async () => {
      warden.clock.advance(6_000);
      const { json } = await warden.request('GET', '/v1/health');
      return json.checks.find(({ name }: { name: string }) => name === 'expected registrations');
    };
    expect(await check()).toMatchObject({ status: 'unknown', workflows: 1 });
    await warden.passSweeping(6 * minute);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
    expect(await check()).toMatchObject({ status: 'ok' });
  });

  test('count what was started: new items and restarts, and not what changes nothing (P4)', async () => {
    const workflow = await expecting({ expect: { ...expected, atLeast: 4 } });
    await registerMany(warden, workflow, ['a', 'a', 'a', 'b']);
    const restart = await warden.register(workflow, 'a', { timeout: 'P30D', restart: true });
    expect(restart.json).toMatchObject({ outcome: 'restarted' });
    await warden.passSweeping(1_000);
    expect(told(await warden.notifications(workflow))).toEqual([opened(3)]);
  });

  test('are counted in the part in which they began, when many begin at its edge', async () => {
    const workflow = await expecting({ expect: { ...expected, atLeast: 500 } });
    const edge = partAt(expected, warden.clock.now()).to;
    warden.clock.set(edge - 1);
    const before = Array.from({ length: 15 }, (_, index) =>
      warden.register(workflow, `before-${index}`, { timeout: 'P30D' }),
    );
    await before[0];
    warden.clock.set(edge);
    const after = Array.from({ length: 15 }, (_, index) =>
      warden.register(workflow, `after-${index}`, { timeout: 'P30D' }),
    );
    const replies = await Promise.all([...before, ...after]);
    const startedIn = (from: number) =>
      replies.filter(({ json }) => partAt(expected, Date.parse(json.startedAt)).from === from).length;
    const { counts } = warden.aws.service;
    const counted = (at: number) =>
      counts.read(workflow, { ...expected, atLeast: 500 }, partAt(expected, at));
    const first = partAt(expected, edge - 1).from;
    expect(startedIn(first)).toBeGreaterThan(0);
    expect(await counted(edge - 1)).toBe(startedIn(first));
    expect(await counted(edge)).toBe(startedIn(edge));
  });

  test('cost a write for each registration until there are enough, and nothing from then on', async () => {
    const workflow = await expecting();
    faults.revive();
    await registerMany(warden, workflow, ['a']);
    // The record was of an older window, or not there.
    expect(countCalls()).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
    await registerMany(warden, workflow, ['b', 'c']);
    expect(countCalls()).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
    await registerMany(warden, workflow, ['d', 'e', 'f']);
    expect(countCalls()).toEqual([]);
    warden.clock.advance(minute);
    countCalls();
    await registerMany(warden, workflow, ['g']);
    expect(countCalls()).toHaveLength(2);
  });

  test('cost a workflow that expects none nothing at all, neither there nor in the sweep', async () => {
    const workflow = warden.newWorkflow();
    await save(warden, workflow, {});
    await registerMany(warden, workflow, ['a']);
    faults.revive();
    await registerMany(warden, workflow, ['b']);
    expect(faults.calls).toEqual(['CreateScheduleCommand', 'PutItemCommand']);
    await warden.sweep();
    expect(JSON.stringify(faults.inputs)).not.toContain(`registrations#${workflow}`);
  });

  test('are not told of in a silence, and are at its end if they are missing still', async () => {
    const workflow = await expecting();
    const now = warden.clock.now();
    const at = (ms: number) => new Date(now + ms).toISOString();
    const silence = { from: at(0), until: at(8 * minute), reason: 'moving house', by: 'ops' };
    await warden.aws.service.registry.saveWorkflow(workflow, { silence });
    await warden.passSweeping(minute);
    expect(await warden.notifications(workflow)).toEqual([]);
    expect(await warden.aws.service.incidents.open.read(workflow, 'shortfall')).toMatchObject({
      notified: 0,
    });
    await warden.passSweeping(8 * minute, 2 * minute);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('that people are reminded of are told of by what is missing now', async () => {
    const workflow = await expecting({ expect: expected, notifications: { reminder: 'PT9M' } });
    await warden.passSweeping(1_000);
    const [first] = await warden.notifications(workflow);
    expect(first).toMatchObject({ event: 'opened', shortfall: { registered: 0 } });
    await warden.passSweeping(6 * minute);
    await registerMany(warden, workflow, ['a', 'b']);
    await warden.passSweeping(3 * minute);
    const [second, ...others] = await warden.notifications(workflow);
    const shortfall = { registered: 2 };
    expect(second).toMatchObject({ event: 'reminder', incident: first?.incident, shortfall });
    expect(others).toEqual([]);
  });

  test('that cannot be judged keep no other workflow from it, nor other incidents from being told of (P8)', async () => {
    const broken = await expecting();
    const other = await expecting();
    await warden.aws.service.incidents.open.report(broken, 'overdue');
    warden.clock.advance(minute);
    const { counts } = warden.aws.service;
    const read = counts.readAll.bind(counts);
    counts.readAll = (workflow, ...rest) =>
      workflow === broken ? Promise.reject(new Error('unreadable')) : read(workflow, ...rest);
    await expect(warden.sweep()).rejects.toThrow('1 parts of the sweep failed');
    expect(told(await warden.notifications(other))).toEqual([opened(0)]);
    expect(await warden.notifications(broken)).toMatchObject([{ event: 'opened', kind: 'overdue' }]);
  });

  test('that are short open one incident and tell of it once, when two sweeps see it at once (P6)', async () => {
    const workflow = await expecting();
    warden.clock.advance(minute);
    await Promise.all([warden.sweep(), warden.sweep()]);
    // One more that had looked for open incidents before there was this one.
    const record = await warden.aws.service.registry.readWorkflow(workflow);
    warden.clock.advance(1_000);
    await keepExpectation(warden.aws.service, { name: workflow, record, incidents: [] });
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
    await warden.passSweeping(4 * minute, 2 * minute);
    expect(await warden.notifications(workflow)).toEqual([]);
  });
});

describe('a crash', () => {
  type Fault = { at: number; mode: FaultMode | 'lost reply' };
  const modes = ['before', 'after', 'lost reply'] as const;

  function cause(faults: Faults, { at, mode }: Fault): void {
    if (mode === 'lost reply') faults.loseReplyAt(at);
    else faults.crashAt(at, mode);
  }

  test('at any call of the judgement leaves an incident that is told of, with one id (P3)', async () => {
    // No sweep has run here yet, so time can pass at once.
    const warden = await startWarden();
    knowEmptyQueues(warden);
    const faults = new Faults(warden);
    const names = Array.from({ length: 40 }, () => warden.newWorkflow());
    for (const workflow of names) await save(warden, workflow);
    warden.clock.advance(firstMs);

    const judge = async (workflow: string, fault?: Fault) => {
      const record = await warden.aws.service.registry.readWorkflow(workflow);
      faults.revive();
      // So that the budget of notifications holds nothing back.
      warden.clock.advance(4_000);
      if (fault) cause(faults, fault);
      const swept = { name: workflow, record, incidents: [] };
      await keepExpectation(warden.aws.service, swept).catch(() => {});
      const { calls } = faults;
      faults.revive();
      return calls;
    };
    const [first = '', ...rest] = names;
    const calls = await judge(first);
    expect(calls).toContain('PublishCommand');
    const faultsToCause = calls.flatMap((_, at) => modes.map((mode) => ({ at, mode })));
    expect(rest.length).toBeGreaterThanOrEqual(faultsToCause.length);
    for (const [index, fault] of faultsToCause.entries()) await judge(rest[index] ?? '', fault);

    // The first of these sees what nobody has opened, the next tells of what nobody has told of.
    await warden.sweep();
    await warden.passSweeping(30_000);
    for (const workflow of names) {
      const notifications = await warden.notifications(workflow);
      expect(notifications.length).toBeGreaterThan(0);
      expect(new Set(notifications.map(({ id }) => id)).size).toBe(1);
      expect(told(notifications)).toContainEqual(opened(0));
    }
    await warden.close();
  });

  test('at any call of a registration leaves it out at most, and a lost reply counts it twice at most', async () => {
    const warden = await startWarden();
    knowEmptyQueues(warden);
    const faults = new Faults(warden);
    const count = async (fault?: Fault) => {
      const workflow = warden.newWorkflow();
      await save(warden, workflow);
      faults.revive();
      if (fault) cause(faults, fault);
      const { status } = await warden.register(workflow, 'a', { timeout: 'P30D' });
      const { calls } = faults;
      faults.revive();
      // A caller without a reply comes again.
      if (status >= 500) await registerMany(warden, workflow, ['a']);
      const part = partAt(expected, warden.clock.now());
      return { calls, counted: await warden.aws.service.counts.read(workflow, expected, part) };
    };
    const { calls, counted } = await count();
    expect(counted).toBe(1);
    for (const at of calls.keys()) {
      for (const mode of modes) {
        const { counted } = await count({ at, mode });
        const least = mode === 'lost reply' ? 1 : 0;
        expect(
          [counted >= least, counted <= (mode === 'lost reply' ? 2 : 1)],
          `${calls[at]} ${mode}`,
        ).toEqual([true, true]);
      }
    }
    await warden.close();
  });
});
