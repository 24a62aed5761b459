import { ItemsIndex } from '../../aws/items/index.ts';
import type { IncidentCounts, IncidentOutcomes } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { type ItemSummaries, summarise } from '../../model/incident/item-summary.ts';
import { noSummaries } from '../../model/incident/notification.ts';
import {
  decideIncident,
  type IncidentStep,
  isAcknowledged,
  isEndHeld,
  roundOf,
} from '../../model/incident/pacing.ts';
import { type IndexRecord, queueOf, shards } from '../../model/item/item-record.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { type AnnounceService, tellPeople } from './announce.ts';
import { type EndIncidentService, endIncident } from './end-incident.ts';
import type { ReportService } from './report.ts';

export interface AdvanceService extends AnnounceService, EndIncidentService, Pick<ReportService, 'items'> {}

/** Items that steps and reasons are counted of; more are only counted. */
const mostSummarised = 20_000;

const events = { open: 'opened', update: 'updated', summarise: 'updated', remind: 'reminder' } as const;

/**
 * Goes on with an open incident: tells people of it when it is time to, or ends it.
 *
 * @param counts of the workflow's items, as the index has them now
 * @param over that nothing is wrong any more, if that is not to be seen by its items
 */
export async function advanceIncident(
  service: AdvanceService,
  incident: IncidentRecord,
  counts: IncidentCounts,
  workflow: WorkflowRecord | undefined,
  over = false,
): Promise<void> {
  const now = service.clock.now();
  const silenced = isSilenced(workflow, now);
  const settings = workflow?.settings;
  const look = countsOf(incident, counts);
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
        summaries:
          incident.about === 'overdue'
            ? await summariesOf(service, incident.workflow, look, settings?.redrive?.automatic?.max)
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

function countsOf({ about, warned }: IncidentRecord, counts: IncidentCounts): IncidentCounts {
  if (about === 'overdue') return counts;
  return { overdue: 0, failed: 0, ...(about === 'warning' && { warned: warned ?? 0 }) };
}

async function summariesOf(
  { items, clock }: AdvanceService,
  workflow: string,
  { overdue, failed }: IncidentCounts,
  mostRedrives: number | undefined,
): Promise<ItemSummaries> {
  const index = new ItemsIndex(items);
  const total = overdue + failed;
  const states = [...(overdue > 0 ? ['overdue' as const] : []), ...(failed > 0 ? ['failed' as const] : [])];
  const queues = states.flatMap((state) =>
    Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard)),
  );
  const mostOfQueue = total <= mostSummarised ? total : Math.ceil(mostSummarised / queues.length);
  const records = await Promise.all(queues.map((queue) => firstRecords(index, queue, mostOfQueue)));
  return summarise(records.flat(), total, clock.now(), mostRedrives);
}

async function firstRecords(index: ItemsIndex, queue: string, most: number): Promise<IndexRecord[]> {
  const records: IndexRecord[] = [];
  for await (const row of index.records(queue, { from: '0', to: '~', order: 'asc' }, 1_000)) {
    if (row instanceof Error) continue;
    if (records.push(row) >= most) break;
  }
  return records;
}
