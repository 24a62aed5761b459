import { everything } from '../../aws/items/by-time-query.ts';
import { itemsInOrder } from '../../aws/items/in-order.ts';
import { type Queues, queuesOf } from '../../aws/items/queues.ts';
import type { IncidentCounts, IncidentOutcomes, TimelineEntry } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { isAcknowledged, newlyLapsed } from '../../model/incident/acknowledgement.ts';
import { type IncidentRecord, withEntry } from '../../model/incident/incident-record.ts';
import { type ItemSummaries, summarise } from '../../model/incident/item-summary.ts';
import { type IncidentFindings, incidentKinds } from '../../model/incident/kinds.ts';
import { aboutOf, noSummaries, notificationId, recoveringOf } from '../../model/incident/notification.ts';
import {
  decideIncident,
  type IncidentStep,
  isClaimed,
  isEndHeld,
  roundOf,
} from '../../model/incident/pacing.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { BreachedQueue } from '../../model/item/queue-names.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { endIncident } from './end-incident.ts';
import type { HeldBack } from './held-back.ts';
import { notifyPeople } from './notify-people.ts';

type Service = Pick<
  Ports,
  'items' | 'registry' | 'incidents' | 'outcomes' | 'notifications' | 'budget' | 'clock' | 'log'
>;

/** Items whose steps and reasons are counted; the others are only counted. Each of them is read in full. */
const mostSummarised = 1_000;
const rowsPerRead = 100;

const events = { open: 'opened', update: 'updated', summarise: 'updated', remind: 'reminder' } as const;

/**
 * Advances an open incident: notifies people if it is time, or ends the incident.
 *
 * @param seen the counts of the workflow's items, from the index; also whether the trouble is over, for kinds of
 *   incidents whose items do not show that
 * @param held takes the notification that the budget holds back
 */
export async function advanceIncident(
  service: Service,
  before: IncidentRecord,
  seen: Pick<IncidentFindings, 'counts' | 'resumed' | 'over'>,
  workflow: WorkflowRecord | undefined,
  held: HeldBack,
): Promise<void> {
  const now = service.clock.now();
  const silenced = isSilenced(workflow, now);
  const settings = workflow?.settings;
  const kind = incidentKinds[before.incidentKind];
  const counts = kind.counts(before, seen.counts);
  const incident = await endAcknowledgement(service, before, counts, now);
  const decide = (outcomes?: IncidentOutcomes) => {
    const around = { ...seen, counts, ...(outcomes && { outcomes }) };
    return decideIncident(incident, around, settings?.notifications, silenced, now);
  };
  let step = decide();
  // Reading the outcomes costs a read and can only cancel an update, so read them only when an update is due.
  if (step === 'update') step = decide(await service.outcomes.read(incident.id));
  switch (step) {
    case 'nothing':
      return;
    case 'resolve': {
      const round = roundOf(incident, await service.incidents.lastEnds.read(incident.name));
      // An incident that nobody was notified of may end without a notification.
      if (incident.notified > 0 && isEndHeld(incident, round, now)) return;
      return endIncident(service, { ...incident, round }, counts, silenced, held);
    }
    case 'hold': {
      const { by, until } = workflow?.silence ?? {};
      const entry = {
        at: instant(now),
        event: 'silenced' as const,
        counts,
        ...(by && { by }),
        ...(until && { until }),
      };
      await service.incidents.open.change(incident, { heldBack: true }, entry);
      return;
    }
    default: {
      // Another function is about to send it. If that function is stopped first, the next sweep sends it.
      if (isClaimed(incident, now)) return;
      const facts = {
        event: eventOf(step, incident),
        counts,
        outcomes: await service.outcomes.read(incident.id),
        ...aboutOf(settings),
      };
      if (!(await service.budget.take('notification'))) {
        const id = notificationId(incident, facts.event);
        held.hold({ incident, facts }, ({ digest, at }) =>
          service.incidents.open.recordNotified(
            incident,
            {
              ...facts,
              id,
              at,
              ...(incident.heldBack && { silenceEnded: true }),
              ...(seen.resumed?.count && { recovering: recoveringOf(seen.resumed) }),
            },
            digest,
          ),
        );
        return;
      }
      await notifyPeople(service, incident, {
        ...facts,
        summaries: await summariesOf(
          service,
          { queues: queuesOf(incident.workflow, workflow), names: kind.itemQueues },
          counts,
          settings?.redrive?.automatic?.max,
        ),
        silenceEnded: incident.heldBack === true,
        isAcknowledged: isAcknowledged(incident, counts),
        ...(seen.resumed && { resumed: seen.resumed }),
        ...(await sinceAcknowledged(service, incident, counts, queuesOf(incident.workflow, workflow))),
      });
    }
  }
}

/** Records that an acknowledgement no longer holds. The next notification says so. */
async function endAcknowledgement(
  { incidents }: Service,
  incident: IncidentRecord,
  counts: IncidentCounts,
  now: number,
): Promise<IncidentRecord> {
  const { acknowledged } = incident;
  if (acknowledged === undefined || isAcknowledged(incident, counts)) return incident;
  const { at: acknowledgedAt, by, byName, notStarted } = acknowledged;
  const name = byName === undefined ? {} : { byName };
  const at = instant(now);
  const counted = notStarted === undefined ? {} : { notStarted };
  const lapsed = { at: acknowledgedAt, by, ...name, ...counted, endedAt: at };
  const entry: TimelineEntry = { at, event: 'acknowledgement-ended', by, ...name, counts };
  if (!(await incidents.open.change(incident, { lapsed }, entry, ['acknowledged']))) return incident;
  const { acknowledged: _, ...left } = incident;
  const timeline = withEntry(incident.timeline, entry);
  return { ...left, lapsed, revision: incident.revision + 1, timeline };
}

async function sinceAcknowledged(
  { items }: Service,
  incident: IncidentRecord,
  { notStarted = 0 }: IncidentCounts,
  queues: Queues,
) {
  const lapsed = newlyLapsed(incident);
  if (lapsed === undefined) return {};
  const { itemQueues, hasBreachTimes } = incidentKinds[incident.incidentKind];
  if (!hasBreachTimes) {
    return { sinceAcknowledged: Math.max(0, notStarted - (lapsed.notStarted ?? 0)) };
  }
  const { overdue, failed } = await items.byTime.countBreached(queues, itemQueues, lapsed.at);
  return { sinceAcknowledged: overdue + failed };
}

function eventOf(step: Exclude<IncidentStep, 'nothing' | 'hold' | 'resolve'>, { notified }: IncidentRecord) {
  return notified === 0 ? 'opened' : events[step];
}

/** The summary of the first items, in order of registration, for a notification. */
async function summariesOf(
  { items, clock }: Service,
  { queues, names }: { queues: Queues; names: readonly BreachedQueue[] },
  { overdue, failed, notStarted = 0 }: IncidentCounts,
  mostRedrives: number | undefined,
): Promise<ItemSummaries> {
  if (names.length === 0) return noSummaries;
  const records: ItemRecord[] = [];
  const range = { ...everything, after: undefined };
  for await (const seen of itemsInOrder(items, queues, names, range, rowsPerRead)) {
    if ('record' in seen && records.push(seen.record) >= mostSummarised) break;
  }
  return summarise(records, overdue + failed + notStarted, clock.now(), mostRedrives);
}
