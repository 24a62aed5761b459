import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notification } from '../../../../core/contract/notification.ts';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { windowAt } from '../../../../core/model/workflow/expectation.ts';
import { keepExpectation } from '../../../../core/operations/watch/keep-expectation.ts';
import { type FaultMode, Faults } from '../../../support/faults.ts';
import { onDynalite } from '../../../support/on-engines.ts';
import { type EmbeddedWarden, startWarden, type Warden } from '../../../support/warden.ts';

const minute = 60_000;
/** The longest time without a sweep that is no outage. With one sweep for each window there is none. */
const every = 5 * minute;
const expected = { atLeast: 3, every: 'PT5M' };

const save = (warden: Warden, workflow: string, settings: object = { expect: expected }) =>
  warden.request('PUT', `/v1/workflows/${workflow}`, { body: settings });

async function registerMany(warden: Warden, workflow: string, items: readonly string[]): Promise<void> {
  for (const item of items) {
    const { status } = await warden.register(workflow, item, { timeout: 'P30D' });
    expect([200, 201]).toContain(status);
  }
}

/** Moves to the beginning of the next window. */
function toNextWindow({ clock }: Warden): number {
  const { to } = windowAt(expected, clock.now());
  clock.set(to);
  return to;
}

/** Moves to the time when the current window is judged. */
async function toJudgement(warden: Warden): Promise<void> {
  toNextWindow(warden);
  await warden.passSweeping(30_000);
}

const told = (notifications: Notification[]) =>
  notifications.map(({ event, kind, shortfall }) => ({ event, kind, registered: shortfall?.registered }));
const opened = (registered: number) => ({ event: 'opened', kind: 'shortfall', registered });
const resolved = expect.objectContaining({ event: 'resolved', kind: 'shortfall' });

describe('a workflow that expects registrations', () => {
  onDynalite((warden) => {
    test('opens an incident after a window with too few, and notifies people once (P3, P6)', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow, { expect: expected, severity: 'critical' });
      const from = toNextWindow(warden());
      warden().clock.advance(minute);
      await registerMany(warden(), workflow, ['a', 'b']);
      toNextWindow(warden());
      await warden().passSweeping(29_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().passSweeping(1_000);
      const [notification, ...others] = await warden().notifications(workflow);
      const shortfall = {
        atLeast: 3,
        registered: 2,
        from: new Date(from).toISOString(),
        to: new Date(from + every).toISOString(),
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
      const incident = await warden().aws.service.incidents.open.read(workflow, 'shortfall');
      expect(incident).toMatchObject({ id: notification?.incident, notified: 1, shortfall });
      // The windows after it have too few as well, which is no news.
      await toJudgement(warden());
      await toJudgement(warden());
      expect(await warden().notifications(workflow)).toEqual([]);
    });

    test('is not notified if there are enough in every window', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow);
      for (const round of [1, 2, 3]) {
        await toJudgement(warden());
        await registerMany(warden(), workflow, [`a${round}`, `b${round}`, `c${round}`, `d${round}`]);
      }
      await toJudgement(warden());
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().aws.service.incidents.open.read(workflow, 'shortfall')).toBeUndefined();
    });

    test('is notified if nothing was ever registered, and once more after the next window with enough', async () => {
      const workflow = warden().newWorkflow();
      await save(warden(), workflow);
      await toJudgement(warden());
      await toJudgement(warden());
      expect(told(await warden().notifications(workflow))).toEqual([opened(0)]);
      const incident = await warden().aws.service.incidents.open.read(workflow, 'shortfall');
      await registerMany(warden(), workflow, ['a', 'b', 'c']);
      toNextWindow(warden());
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().passSweeping(30_000);
      const [notification, ...others] = await warden().notifications(workflow);
      expect(notification).toMatchObject({
        event: 'resolved',
        level: 'info',
        incident: incident?.id,
        subject: expect.stringContaining(`[${workflow}] resolved`),
      });
      expect(others).toEqual([]);
      expect(await warden().aws.service.incidents.open.read(workflow, 'shortfall')).toBeUndefined();
      const past = await warden().aws.service.incidents.past.read(incident?.id ?? '');
      expect(past).toMatchObject({ resolvedAt: expect.any(String), shortfall: { registered: 0 } });
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
    faults = new Faults(warden);
  });
  afterEach(() => warden.close());

  /** The workflow, at the beginning of a window that is judged. No sweep has run yet, so time can pass at once. */
  async function expecting(settings: object = { expect: expected }): Promise<string> {
    const workflow = warden.newWorkflow();
    await save(warden, workflow, settings);
    warden.clock.advance(every);
    return workflow;
  }

  /** The calls to the table of counts since this was last asked, by command. */
  function countCalls(): string[] {
    const calls = faults.calls.filter((_, index) =>
      JSON.stringify(faults.inputs[index]).includes('registrations#'),
    );
    faults.revive();
    return calls;
  }

  test('are not judged by the window in which they were set (P2)', async () => {
    const workflow = warden.newWorkflow();
    warden.clock.advance(minute);
    await save(warden, workflow);
    await toJudgement(warden);
    expect(await warden.notifications(workflow)).toEqual([]);
    await toJudgement(warden);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('that change in the middle of a window are judged from the next on (P2)', async () => {
    const workflow = await expecting();
    warden.clock.advance(minute);
    await save(warden, workflow, { expect: { ...expected, atLeast: 2 } });
    await toJudgement(warden);
    expect(await warden.notifications(workflow)).toEqual([]);
    await toJudgement(warden);
    expect(await warden.notifications(workflow)).toMatchObject([
      { shortfall: { atLeast: 2, registered: 0 } },
    ]);
  });

  test('that are saved again unchanged are judged nevertheless', async () => {
    const workflow = await expecting();
    warden.clock.advance(minute);
    await save(warden, workflow, { expect: expected, description: 'nightly copies' });
    await toJudgement(warden);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('that were removed from the settings are over (P2)', async () => {
    const workflow = await expecting();
    await toJudgement(warden);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
    await save(warden, workflow, { description: 'nightly copies' });
    await warden.passSweeping(minute);
    expect(await warden.notifications(workflow)).toEqual([resolved]);
  });

  test('are not judged by a window with an outage of the warden, unless there were enough (P2)', async () => {
    const short = await expecting();
    await toJudgement(warden);
    expect(told(await warden.notifications(short))).toEqual([opened(0)]);
    const other = warden.newWorkflow();
    await save(warden, other);
    toNextWindow(warden);
    await warden.passSweeping(minute);
    await registerMany(warden, short, ['a', 'b', 'c']);
    // To the judgement of this window, without the sweep that is due before it.
    toNextWindow(warden);
    warden.clock.advance(2 * minute);
    await warden.sweep();
    expect(await warden.notifications(short)).toEqual([resolved]);
    expect(await warden.notifications(other)).toEqual([]);
    // Nor is the next one judged, in which the outage lasted too. The one after that is.
    await toJudgement(warden);
    expect(await warden.notifications(other)).toEqual([]);
    await toJudgement(warden);
    expect(told(await warden.notifications(other))).toEqual([opened(0)]);
  });

  test('are notified even if the warden had an outage right after the window', async () => {
    const workflow = await expecting();
    await warden.passSweeping(every, 4 * minute);
    await warden.pass(5 * minute + 1);
    await warden.sweep();
    const heartbeat = await warden.aws.service.state.heartbeat();
    expect(heartbeat?.outage).toMatchObject({ from: expect.any(String) });
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('count new items and restarts, and no request that changes nothing (P4)', async () => {
    const workflow = await expecting({ expect: { ...expected, atLeast: 4 } });
    await registerMany(warden, workflow, ['a', 'a', 'a', 'b']);
    const restart = await warden.register(workflow, 'a', { timeout: 'P30D', restart: true });
    expect(restart.json).toMatchObject({ outcome: 'restarted' });
    await toJudgement(warden);
    expect(told(await warden.notifications(workflow))).toEqual([opened(3)]);
  });

  test('are counted in the window in which they began, if many begin at its edge', async () => {
    const workflow = await expecting({ expect: { ...expected, atLeast: 500 } });
    const edge = windowAt(expected, warden.clock.now()).to;
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
      replies.filter(({ json }) => windowAt(expected, Date.parse(json.startedAt)).from === from).length;
    const { counts } = warden.aws.service;
    const counted = (from: number) =>
      counts.read(workflow, { ...expected, atLeast: 500 }, windowAt(expected, from));
    expect(startedIn(edge - every)).toBeGreaterThan(0);
    expect(await counted(edge - every)).toBe(startedIn(edge - every));
    expect(await counted(edge)).toBe(startedIn(edge));
  });

  test('cost a write for each registration until there are enough, and nothing from then on', async () => {
    const workflow = await expecting();
    faults.revive();
    await registerMany(warden, workflow, ['a']);
    // The record belonged to an older window, or did not exist.
    expect(countCalls()).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
    await registerMany(warden, workflow, ['b', 'c']);
    expect(countCalls()).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
    await registerMany(warden, workflow, ['d', 'e', 'f']);
    expect(countCalls()).toEqual([]);
    toNextWindow(warden);
    countCalls();
    await registerMany(warden, workflow, ['g']);
    expect(countCalls()).toHaveLength(2);
  });

  test('cost nothing in a workflow that expects none, neither at registration nor in the sweep', async () => {
    const workflow = warden.newWorkflow();
    await save(warden, workflow, {});
    await registerMany(warden, workflow, ['a']);
    faults.revive();
    await registerMany(warden, workflow, ['b']);
    expect(faults.calls).toEqual(['CreateScheduleCommand', 'PutItemCommand']);
    await warden.sweep();
    expect(JSON.stringify(faults.inputs)).not.toContain(`registrations#${workflow}`);
  });

  test('are not notified in a silence, and at its end if they are still missing', async () => {
    const workflow = await expecting();
    const now = warden.clock.now();
    const at = (ms: number) => new Date(now + ms).toISOString();
    const silence = { from: at(0), until: at(8 * minute), reason: 'moving house', by: 'ops' };
    await warden.aws.service.registry.saveWorkflow(workflow, { silence });
    await toJudgement(warden);
    await warden.passSweeping(minute);
    expect(await warden.notifications(workflow)).toEqual([]);
    expect(await warden.aws.service.incidents.open.read(workflow, 'shortfall')).toMatchObject({
      notified: 0,
    });
    await warden.passSweeping(2 * minute, 2 * minute);
    expect(told(await warden.notifications(workflow))).toEqual([opened(0)]);
  });

  test('are in reminders with the numbers of the last window', async () => {
    const workflow = await expecting({ expect: expected, notifications: { reminder: 'PT9M' } });
    await toJudgement(warden);
    const [first] = await warden.notifications(workflow);
    expect(first).toMatchObject({ event: 'opened', shortfall: { registered: 0 } });
    toNextWindow(warden);
    await registerMany(warden, workflow, ['a', 'b']);
    warden.clock.advance(30_000);
    await warden.sweep();
    await toJudgement(warden);
    const [second, ...others] = await warden.notifications(workflow);
    const shortfall = { registered: 2 };
    expect(second).toMatchObject({ event: 'reminder', incident: first?.incident, shortfall });
    expect(others).toEqual([]);
  });

  test('that cannot be judged prevent neither other workflows nor other incidents from being notified (P8)', async () => {
    const broken = await expecting();
    const other = await expecting();
    await warden.aws.service.incidents.open.report(broken, 'overdue');
    await warden.pass(every + 30_000);
    const { counts } = warden.aws.service;
    const read = counts.read.bind(counts);
    counts.read = (workflow, ...rest) =>
      workflow === broken ? Promise.reject(new Error('unreadable')) : read(workflow, ...rest);
    await expect(warden.sweep()).rejects.toThrow('1 parts of the sweep failed');
    expect(told(await warden.notifications(other))).toEqual([opened(0)]);
    expect(await warden.notifications(broken)).toMatchObject([{ event: 'opened', kind: 'overdue' }]);
  });

  test('that are missing open one incident and are notified once, if two sweeps find them at once (P6)', async () => {
    const workflow = await expecting();
    await warden.pass(every + 30_000);
    await Promise.all([warden.sweep(), warden.sweep()]);
    // Another sweep had read the open incidents before this one was opened.
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

  test('at any call of the judgement leaves an incident that is notified, with one id (P3)', async () => {
    // No sweep has run here yet, so time can pass at once.
    const warden = await startWarden();
    const faults = new Faults(warden);
    const names = Array.from({ length: 30 }, () => warden.newWorkflow());
    for (const workflow of names) await save(warden, workflow);
    warden.clock.set(windowAt(expected, warden.clock.now()).to + every + 30_000);

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

    // The first of these sweeps opens an incident that is missing, the next one notifies people of one that was not
    // notified.
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
    const faults = new Faults(warden);
    const count = async (fault?: Fault) => {
      const workflow = warden.newWorkflow();
      await save(warden, workflow);
      faults.revive();
      if (fault) cause(faults, fault);
      const { status } = await warden.register(workflow, 'a', { timeout: 'P30D' });
      const { calls } = faults;
      faults.revive();
      // A caller without a reply repeats the request.
      if (status >= 500) await registerMany(warden, workflow, ['a']);
      const window = windowAt(expected, warden.clock.now());
      return { calls, counted: await warden.aws.service.counts.read(workflow, expected, window) };
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
