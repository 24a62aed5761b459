import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { sweepBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { finishEnding } from '../incidents/end-incident.ts';
import { forgetIncidents } from '../incidents/forget-incidents.ts';
import { HeldBack } from '../incidents/held-back.ts';
import { keepCanary } from './canary.ts';
import { findOutage } from './find-outage.ts';
import { keepSubscribers } from './keep-subscribers.ts';
import { type Attempt, runDuties } from './run-duties.ts';
import { sweepWorkflow } from './sweep-workflow.ts';
import { walkWorkflows } from './walk-workflows.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'outcomes'
  | 'redrives'
  | 'counts'
  | 'state'
  | 'audit'
  | 'timers'
  | 'itemEvents'
  | 'notifications'
  | 'budget'
  | 'subscribers'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
>;

const forgottenPerSweep = 100;
/** How long after the workflows the sweep works on ends of incidents. The digest comes after them. */
const endingsBudgetMs = 5_000;
const dayMs = 86_400_000;

/**
 * Finds items that timers and their handlers missed, and advances incidents. Every part and every workflow is
 * independent: an error is thrown only after all other work is done (P8), so that the failed sweep raises an alarm.
 *
 * 1. Find out whether the warden itself had an outage.
 * 2. Register a canary, and find out whether anybody is subscribed.
 * 3. Complete ends of incidents that were left unfinished or waited for the end of a silence, before people are
 *    notified of the next incident of the same workflow.
 * 4. Sweep workflow by workflow: lost timers, orphans, incidents. Half of the time is for workflows with an open
 *    incident, half for the others. The next sweep begins with the workflows that this one had no time for.
 * 5. Notify people in one digest of what the budget of notifications held back.
 * 6. Delete old incidents, redrives and entries of the audit log.
 * 7. Record that the sweep has ended.
 */
export async function sweep(service: Service): Promise<void> {
  const { clock, state, redrives, audit } = service;
  const started = clock.now();
  const until = started + sweepBudgetMs;
  const oldest = started - limits.incidentDays * dayMs;
  const outage = await findOutage(service);
  let open: Awaited<ReturnType<typeof openByWorkflow>> = new Map();
  const held = new HeldBack();
  let walked: Awaited<ReturnType<typeof walkWorkflows>> = { isUnfinished: true };
  let endingsSweptTo: string | undefined;
  await runDuties(service, [
    { name: 'canary', run: () => keepCanary(service) },
    { name: 'subscribers', run: () => keepSubscribers(service) },
    {
      name: 'ending incidents',
      run: async (attempt) => {
        endingsSweptTo = await finishEndings(service, held, started + endingsBudgetMs, attempt);
      },
    },
    {
      name: 'open incidents',
      run: async (attempt) => {
        open = await openByWorkflow(service, attempt);
      },
    },
    {
      name: 'workflows',
      run: async (attempt) => {
        walked = await walkWorkflows(service, [...open.keys()], until, attempt, (name, record, ends) =>
          sweepWorkflow(service, {
            name,
            record,
            incidents: open.get(name) ?? [],
            outage,
            held,
            until: ends,
          }),
        );
        if (walked.isUnfinished) service.log.metrics({ SweepUnfinished: 1 });
      },
    },
    { name: 'digest', run: () => held.notify(service) },
    {
      name: 'past incidents',
      run: () => forgetIncidents(service, { before: oldest, most: forgottenPerSweep, until }),
    },
    { name: 'past redrives', run: () => redrives.forget(oldest, forgottenPerSweep) },
    { name: 'audit log', run: () => audit.forget(oldest, forgottenPerSweep) },
    { name: 'heartbeat', run: () => state.recordSweep(instant(clock.now()), { ...walked, endingsSweptTo }) },
  ]);
}

/**
 * Open incidents by workflow; if reading fails, the incidents read so far. A workflow whose incident cannot be read has
 * none.
 */
async function openByWorkflow(
  { incidents }: Service,
  attempt: Attempt,
): Promise<Map<string, IncidentRecord[]>> {
  const part = 'open incidents';
  const open = new Map<string, IncidentRecord[]>();
  await attempt(part, {}, async () => {
    for await (const incident of incidents.open.all()) {
      const workflow = incident.name.split('#')[0] ?? '';
      const others = open.get(workflow) ?? [];
      if ('error' in incident) await attempt(part, { workflow }, () => Promise.reject(incident.error));
      open.set(workflow, 'error' in incident ? others : [...others, incident]);
    }
  });
  return open;
}

/**
 * Works on the ends of incidents, all the way round from where the last sweep stopped: ends that wait for the end of a
 * silence stay for up to 30 days, and must not keep the sweep from the others. Returns the last one if there was too
 * little time for all.
 */
async function finishEndings(
  service: Service,
  held: HeldBack,
  until: number,
  attempt: Attempt,
): Promise<string | undefined> {
  const { incidents, clock, state } = service;
  let from: string | undefined;
  await attempt('heartbeat', {}, async () => {
    from = (await state.heartbeat())?.endingsSweptTo || undefined;
  });
  let last = from;
  // The second part ends where the first began.
  for (const { after, to } of [
    { after: from, to: undefined },
    ...(from ? [{ after: undefined, to: from }] : []),
  ]) {
    for await (const ended of incidents.ending.all({ after })) {
      if (to !== undefined && ended.name > to) break;
      if (clock.now() >= until) return last;
      last = ended.name;
      await attempt('ending incidents', { incident: ended.name }, async () => {
        if ('error' in ended) throw ended.error;
        if (!held.holdsEndOf(ended)) await finishEnding(service, ended, held);
      });
    }
  }
  return undefined;
}
