import { type IncidentScenario, idle, open, register, the } from './incident-scenarios.ts';
import type { EmbeddedWarden } from './warden.ts';

type Work = IncidentScenario['work'];

const failure: Work = (warden, workflows) =>
  warden.progress(the(workflows), 'a', { failed: { reason: 'x' } });

const ingestFailure: Work = (warden, workflows) => {
  const operations = [
    { op: 'register', item: 'a', run: 'r1', timeout: 5 },
    { op: 'progress', item: 'a', run: 'r1', failed: { reason: 'x' } },
  ];
  const body = JSON.stringify({ workflow: the(workflows), operations });
  return warden.functions.ingest({ Records: [{ messageId: '1', body }] });
};

const firstStep: Work = (warden, workflows) => warden.progress(the(workflows), 'a', { step: 'begun' });

/** Marked because it reached no step by its startBy, and not reported. */
async function missStart({ aws, clock }: EmbeddedWarden, workflow: string): Promise<void> {
  const { items } = aws.service;
  const seen = await items.readOpen(workflow, 'a');
  if (seen) await items.expire(seen, new Date(clock.now()).toISOString(), 'timer', true);
}

/** Its caller had no reply, or the queue delivers it twice; then its deadline passes. */
const again = (work: Work) => async (warden: EmbeddedWarden, workflows: readonly string[]) => {
  await work(warden, workflows);
  await idle(warden, 6_000);
};

/** Requests and messages that report to incidents. */
export const requestScenarios: Record<string, IncidentScenario> = {
  'a failure': {
    items: ['a'],
    before: (warden, workflows) => register(warden, the(workflows), ['a']),
    work: failure,
    after: again(failure),
  },
  'a failure in an incident': {
    items: ['a', 'b'],
    before: async (warden, workflows) => {
      await open(warden, workflows, ['b']);
      await register(warden, the(workflows), ['a'], { timeout: 60 });
      await idle(warden, 30_000);
    },
    work: failure,
    after: failure,
  },
  'a first step after startBy': {
    items: ['a'],
    before: async (warden, workflows) => {
      await register(warden, the(workflows), ['a'], { timeout: 90, startBy: 5 });
      await idle(warden, 6_000);
      await missStart(warden, the(workflows));
    },
    work: firstStep,
    after: again(firstStep),
    missing: async (_, { events }) =>
      events.some(({ event }) => event === 'item.not-started') ? [] : ['machines are not told of the start'],
  },
  'a registration and a failure by a message': {
    items: ['a'],
    before: async () => {},
    work: ingestFailure,
    after: again(ingestFailure),
  },
};
