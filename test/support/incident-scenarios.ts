import { noOutcomes } from '../../core/model/incident/notification.ts';
import type { IncidentWatch } from './incident-watch.ts';
import type { EmbeddedWarden } from './warden.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

export interface IncidentScenario {
  /** The number of workflows, each with the same items; 1 by default. */
  workflows?: number;
  /** Items that are overdue or failed in the end. */
  items: readonly string[];
  /** The work before, without a fault. */
  before: (warden: EmbeddedWarden, workflows: readonly string[]) => Promise<unknown>;
  /** The work that is stopped at each of its calls. */
  work: (warden: EmbeddedWarden, workflows: readonly string[]) => Promise<unknown>;
  /** The work after it, with or without a fault. */
  after?: (warden: EmbeddedWarden, workflows: readonly string[]) => Promise<unknown>;
  /** The most minutes until every breach was noticed; 5 by default. */
  minutes?: number;
  /** Faults are tried at every call, also at the calls that every sweep makes. */
  ofSweeping?: true;
  /** Further faults of the result; empty in the end. */
  missing?: (warden: EmbeddedWarden, watch: IncidentWatch) => Promise<string[]>;
}

/** Moves the clock without any event, and without an outage of the warden. */
export async function idle({ aws, clock }: EmbeddedWarden, ms: number): Promise<void> {
  clock.advance(ms);
  await aws.service.state.recordSweep(new Date(clock.now()).toISOString(), { isUnfinished: false });
}

export async function register(
  warden: EmbeddedWarden,
  workflow: string,
  items: readonly string[],
  body = {},
) {
  for (const item of items) {
    const { status } = await warden.register(workflow, item, { timeout: 5, ...body });
    if (status !== 201) throw new Error(`not registered: ${status}`);
  }
}

/** Like the event source, without waiting for failed messages to come again: their real timers are still to come. */
export async function checkTimers(
  warden: EmbeddedWarden,
  items: readonly { workflow: string; item: string }[],
): Promise<void> {
  const found = await warden.aws.service.items.readManyOpen(items);
  const Records = [...found.values()].map((record, index) => {
    if (record instanceof Error) throw record;
    const { workflow, item, timer } = record;
    return { messageId: String(index), body: JSON.stringify({ workflow, item, timer, armedAt: longAgo }) };
  });
  await warden.functions.checkTimers({ Records });
}

const allOf = (workflows: readonly string[], items: readonly string[]) =>
  workflows.flatMap((workflow) => items.map((item) => ({ workflow, item })));

/** Their timers will never fire. */
async function loseTimers(warden: EmbeddedWarden, workflows: readonly string[], items: readonly string[]) {
  for (const { workflow, item } of allOf(workflows, items)) {
    const record = await warden.aws.service.items.readOpen(workflow, item);
    if (record) await warden.aws.service.timers.disarm(record.timer);
  }
}

/** An incident that was notified. */
export async function open(warden: EmbeddedWarden, workflows: readonly string[], items: readonly string[]) {
  for (const workflow of workflows) await register(warden, workflow, items);
  await idle(warden, 6_000);
  await checkTimers(warden, allOf(workflows, items));
}

async function complete(warden: EmbeddedWarden, workflow: string, items: readonly string[]) {
  for (const item of items) {
    const { status } = await warden.complete(workflow, item);
    if (status !== 200) throw new Error(`not completed: ${status}`);
  }
}

const sweep = (warden: EmbeddedWarden) => warden.sweep();
export const the = (workflows: readonly string[]) => workflows[0] ?? '';

/** An end that was left unfinished, at each step. */
async function leaveHalfDone(warden: EmbeddedWarden, workflow: string): Promise<void> {
  const { incidents } = warden.aws.service;
  await open(warden, [workflow], ['a']);
  await complete(warden, workflow, ['a']);
  await idle(warden, 60_000);
  const seen = await incidents.open.read(workflow, 'overdue');
  if (!seen) throw new Error('no incident');
  const counts = { overdue: 0, failed: 0 };
  const resolvedAt = new Date(warden.clock.now()).toISOString();
  const timeline = [...seen.timeline, { at: resolvedAt, event: 'resolved', counts }];
  const ended = { ...seen, resolvedAt, endCounts: counts, endOutcomes: noOutcomes, timeline };
  await incidents.ending.put(ended);
}

async function removeOpen({ aws }: EmbeddedWarden, workflow: string): Promise<void> {
  const seen = await aws.service.incidents.open.read(workflow, 'overdue');
  if (seen) await aws.service.incidents.open.remove(seen);
}

async function silence({ aws, clock }: EmbeddedWarden, workflow: string): Promise<void> {
  const from = new Date(clock.now()).toISOString();
  const until = new Date(clock.now() + 3_600_000).toISOString();
  await aws.service.registry.saveWorkflow(workflow, { silence: { from, until, reason: 'x', by: 'test' } });
}

/** The last five minutes have one canary, which was found, and nothing of it remains. */
async function missingCanary({ aws, clock }: EmbeddedWarden): Promise<string[]> {
  const canary = await aws.service.state.canary();
  if (canary === undefined || clock.now() - Date.parse(canary.armedAt) > 300_000)
    return ['no canary is armed'];
  const left = await aws.service.items.readOpen('~canary', canary.item);
  return left || (canary.seenAt ?? '') < canary.armedAt ? ['the canary was not seen'] : [];
}

const endSilence = ({ aws }: EmbeddedWarden, workflows: readonly string[]) =>
  aws.service.registry.endSilence(the(workflows));

export const timerScenarios: Record<string, IncidentScenario> = {
  'check-timers opening incidents of two workflows': {
    workflows: 2,
    items: ['a'],
    before: async (warden, workflows) => {
      for (const workflow of workflows) await register(warden, workflow, ['a']);
      await idle(warden, 6_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['a'])),
  },
  'check-timers adding two items to an incident': {
    items: ['a', 'b', 'c'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await register(warden, the(workflows), ['b', 'c']);
      await idle(warden, 30_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['b', 'c'])),
  },
  'check-timers warning, and then the breach': {
    items: ['a'],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a'], { timeout: 90, warnAfter: 30 });
      await idle(warden, 31_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['a'])),
  },
  'check-timers warning of an item that is stuck, and then the breach': {
    items: ['a'],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a'], { timeout: 210, stuckAfter: 30 });
      await warden.progress(the(workflows), 'a', { progress: 1 });
      await idle(warden, 31_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['a'])),
  },
  'check-timers in a silence that ends': {
    items: ['a'],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a']);
      await silence(warden, the(workflows));
      await idle(warden, 6_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['a'])),
    after: endSilence,
  },
  'check-timers after an outage': {
    items: ['a'],
    ofSweeping: true,
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a']);
      await idle(warden, 1_000);
      warden.clock.advance(600_000);
    },
    work: (warden, workflows) => checkTimers(warden, allOf(workflows, ['a'])),
    minutes: 7,
  },
  'a late completion that reports': {
    items: [],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a']);
      warden.clock.advance(6_000);
      const seen = await warden.aws.service.items.readOpen(the(workflows), 'a');
      if (seen) await warden.aws.service.items.expire(seen, seen.deadline, 'timer');
    },
    work: (warden, workflows) => warden.complete(the(workflows), 'a'),
    after: (warden, workflows) => warden.complete(the(workflows), 'a'),
  },
};

export const sweepScenarios: Record<string, IncidentScenario> = {
  'a sweep that catches a lost timer': {
    items: ['a'],
    before: async (warden, workflows) => {
      for (const workflow of workflows) await register(warden, workflow, ['a']);
      await loseTimers(warden, workflows, ['a']);
      await idle(warden, 130_000);
    },
    work: sweep,
  },
  'a sweep that finds orphans': {
    items: ['a', 'b'],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a', 'b']);
      await loseTimers(warden, workflows, ['a', 'b']);
      await idle(warden, 6_000);
      for (const item of ['a', 'b']) {
        const seen = await warden.aws.service.items.readOpen(the(workflows), item);
        const now = new Date(warden.clock.now()).toISOString();
        if (seen) await warden.aws.service.items.expire(seen, now, 'timer');
      }
      await idle(warden, 61_000);
    },
    work: sweep,
  },
  'a sweep that sends an update': {
    items: ['a', 'b'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await open(warden, workflows, ['b']);
      await idle(warden, 61_000);
    },
    work: sweep,
  },
  'a sweep that sends a reminder': {
    items: ['a'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await idle(warden, 14_400_000);
    },
    work: sweep,
  },
  'a sweep that ends an incident': {
    items: [],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await complete(warden, the(workflows), ['a']);
      await idle(warden, 60_000);
    },
    work: sweep,
  },
};

export const endingScenarios: Record<string, IncidentScenario> = {
  'a sweep that finds an end of which only the copy was made': {
    items: [],
    before: (warden, workflows) => leaveHalfDone(warden, the(workflows)),
    work: sweep,
  },
  'a sweep that finds an end that nobody was notified of': {
    items: [],
    before: async (warden, workflows) => {
      await leaveHalfDone(warden, the(workflows));
      await removeOpen(warden, the(workflows));
    },
    work: sweep,
  },
  'a sweep that finds a copy of an incident that was reported to since': {
    items: ['b'],
    before: async (warden, workflows) => {
      await leaveHalfDone(warden, the(workflows));
      await open(warden, workflows, ['b']);
    },
    work: sweep,
  },
  'a sweep that finds an end that nobody was notified of, and the next incident': {
    items: ['b'],
    before: async (warden, workflows) => {
      await leaveHalfDone(warden, the(workflows));
      await removeOpen(warden, the(workflows));
      await open(warden, workflows, ['b']);
    },
    work: sweep,
  },
};

export const otherScenarios: Record<string, IncidentScenario> = {
  'a sweep that holds an update back, and the summary after the silence': {
    items: ['a', 'b'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await silence(warden, the(workflows));
      await open(warden, workflows, ['b']);
      await idle(warden, 61_000);
    },
    work: sweep,
    after: endSilence,
  },
  'a sweep that sends the summary after a silence': {
    items: ['a', 'b'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await silence(warden, the(workflows));
      await open(warden, workflows, ['b']);
      await idle(warden, 61_000);
      await warden.sweep();
      await endSilence(warden, workflows);
      await idle(warden, 60_000);
    },
    work: sweep,
  },
  'a sweep that ends an incident in a silence': {
    items: [],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['a']);
      await complete(warden, the(workflows), ['a']);
      await silence(warden, the(workflows));
      await idle(warden, 60_000);
    },
    work: sweep,
    // The end is notified when the silence ends.
    after: async (warden, workflows) => {
      await warden.aws.service.registry.endSilence(the(workflows));
    },
  },
  'an acknowledgement': {
    items: ['a'],
    before: (warden, workflows) => open(warden, workflows, ['a']),
    work: async (warden, workflows) => {
      const seen = await warden.aws.service.incidents.open.read(the(workflows), 'overdue');
      const path = `/v1/incidents/${seen?.id}`;
      const { status } = await warden.request('PATCH', path, { body: { acknowledged: true } });
      if (status !== 200) throw new Error(`not acknowledged: ${status}`);
    },
  },
  'a sweep after an outage': {
    items: ['a'],
    ofSweeping: true,
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a']);
      await idle(warden, 1_000);
      warden.clock.advance(600_000);
    },
    work: sweep,
    minutes: 7,
  },
  'a sweep that registers a canary': {
    items: [],
    ofSweeping: true,
    before: async (warden) => {
      await warden.settle();
      await idle(warden, 310_000);
    },
    work: sweep,
    missing: missingCanary,
  },
  'check-timers seeing a canary': {
    items: [],
    before: async (warden) => {
      await idle(warden, 310_000);
      await warden.sweep();
      await idle(warden, 2_000);
    },
    work: async (warden) => {
      const canary = await warden.aws.service.state.canary();
      await checkTimers(warden, [{ workflow: '~canary', item: canary?.item ?? '' }]);
    },
    missing: missingCanary,
  },
};
