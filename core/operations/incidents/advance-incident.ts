import { everything } from '../../aws/items/by-time.ts';
import { itemsInOrder } from '../../aws/items/in-order.ts';
import { type Queues, queuesOf } from '../../aws/items/queues.ts';
import type { IncidentCounts, IncidentOutcomes } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { type ItemSummaries, summarise } from '../../model/incident/item-summary.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { aboutOf, noSummaries, notificationId } from '../../model/incident/notification.ts';
import {
  decideIncident,
  type IncidentStep,
  isAcknowledged,
  isEndHeld,
  roundOf,
} from '../../model/incident/pacing.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { BreachedQueue } from '../../model/item/queue-names.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { tellPeople } from './announce.ts';
import { endIncident } from './end-incident.ts';
import type { HeldBack } from './held-back.ts';

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
 * @param counts the workflow's items, as the index counts them now
 * @param held takes the notification that the budget holds back
 * @param over whether the trouble is over, if the items do not show it
 */
export async function advanceIncident(
  service: Service,
  incident: IncidentRecord,
  counts: IncidentCounts,
  workflow: WorkflowRecord | undefined,
  held: HeldBack,
  over = false,
): Promise<void> {
  const now = service.clock.now();
  const silenced = isSilenced(workflow, now);
  const settings = workflow?.settings;
  const kind = incidentKinds[incident.incidentKind];
  const look = kind.counts(incident, counts);
  const decide = (outcomes?: IncidentOutcomes) => {
    const seen = { counts: look, over, ...(outcomes && { outcomes }) };
    return decideIncident(incident, seen, settings?.notifications, silenced, now);
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
      return endIncident(service, { ...incident, round }, look, held);
    }
    case 'hold': {
      const { by, until } = workflow?.silence ?? {};
      const entry = {
        at: instant(now),
        event: 'silenced' as const,
        counts: look,
        ...(by && { by }),
        ...(until && { until }),
      };
      await service.incidents.open.change(incident, { heldBack: true }, entry);
      return;
    }
    default: {
      const facts = {
        event: eventOf(step, incident),
        counts: look,
        outcomes: await service.outcomes.read(incident.id),
        ...aboutOf(settings),
      };
      if (!(await service.budget.take('notification'))) {
        const id = notificationId(incident, facts.event);
        held.hold({ incident, facts }, ({ digest, at }) =>
          service.incidents.open.recordNotified(incident, { id, at, ...facts }, digest),
        );
        return;
      }
      await tellPeople(service, incident, {
        ...facts,
        summaries: await summariesOf(
          service,
          { queues: queuesOf(incident.workflow, workflow), names: kind.itemQueues },
          look,
          settings?.redrive?.automatic?.max,
        ),
        silenceEnded: incident.heldBack === true,
        isAcknowledged: isAcknowledged(incident, look),
      });
    }
  }
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
