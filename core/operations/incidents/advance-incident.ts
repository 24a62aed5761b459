import { everything } from '../../aws/items/by-time.ts';
import { itemsInOrder } from '../../aws/items/in-order.ts';
import { type Queues, queuesOf } from '../../aws/items/queues.ts';
import type { IncidentCounts, IncidentOutcomes } from '../../contract/incident.ts';
import { breachedStates } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { type ItemSummaries, summarise } from '../../model/incident/item-summary.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { noSummaries } from '../../model/incident/notification.ts';
import {
  decideIncident,
  type IncidentStep,
  isAcknowledged,
  isEndHeld,
  roundOf,
} from '../../model/incident/pacing.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { tellPeople } from './announce.ts';
import { endIncident } from './end-incident.ts';

type Service = Pick<
  Ports,
  'items' | 'registry' | 'incidents' | 'archive' | 'outcomes' | 'notifications' | 'clock' | 'log'
>;

/** Items that steps and reasons are counted of; more are only counted. Each is read, with all of its size. */
const mostSummarised = 1_000;
const rowsPerRead = 100;

const events = { open: 'opened', update: 'updated', summarise: 'updated', remind: 'reminder' } as const;

/**
 * Goes on with an open incident: tells people of it when it is time to, or ends it.
 *
 * @param counts of the workflow's items, as the index has them now
 * @param over that nothing is wrong any more, if that is not to be seen by its items
 */
export async function advanceIncident(
  service: Service,
  incident: IncidentRecord,
  counts: IncidentCounts,
  workflow: WorkflowRecord | undefined,
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
  // What became of items costs a read, and can only make nothing of an update.
  if (step === 'update') step = decide(await service.outcomes.read(incident.id));
  switch (step) {
    case 'nothing':
      return;
    case 'resolve': {
      const round = roundOf(incident, await service.archive.lastEnd(incident.name));
      // What people were never told of may end without a word.
      if (incident.notified > 0 && isEndHeld(incident, round, now)) return;
      return endIncident(service, { ...incident, round }, look);
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
      await service.incidents.change(incident, { heldBack: true }, entry);
      return;
    }
    default:
      await tellPeople(service, incident, {
        event: eventOf(step, incident),
        counts: look,
        outcomes: await service.outcomes.read(incident.id),
        summaries: kind.areItemsListed
          ? await summariesOf(
              service,
              queuesOf(incident.workflow, workflow),
              look,
              settings?.redrive?.automatic?.max,
            )
          : noSummaries,
        severity: settings?.severity,
        silenceEnded: incident.heldBack === true,
        isAcknowledged: isAcknowledged(incident, look),
      });
  }
}

function eventOf(step: Exclude<IncidentStep, 'nothing' | 'hold' | 'resolve'>, { notified }: IncidentRecord) {
  return notified === 0 ? 'opened' : events[step];
}

/** What a notification says of the first items, in order of registration. */
async function summariesOf(
  { items, clock }: Service,
  queues: Queues,
  { overdue, failed }: IncidentCounts,
  mostRedrives: number | undefined,
): Promise<ItemSummaries> {
  const records: ItemRecord[] = [];
  const range = { ...everything, after: undefined };
  for await (const seen of itemsInOrder(items, queues, breachedStates, range, rowsPerRead)) {
    if ('record' in seen && records.push(seen.record) >= mostSummarised) break;
  }
  return summarise(records, overdue + failed, clock.now(), mostRedrives);
}
