import { durationText } from '../../../core/contract/duration-text.ts';
import type {
  Incident,
  IncidentCounts,
  IncidentSummary,
  TimelineEntry,
} from '../../../core/contract/incident.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import type { Context } from '../context.ts';
import { factsText } from './facts.ts';
import { type Column, tableText } from './table.ts';
import { bothText, localText, relativeText, zoneOf } from './times.ts';

/** What is wrong, in a few words: "1,725 overdue, 33 failed". */
export function troubleText({
  counts,
  shortfall,
  kind,
}: Pick<IncidentSummary, 'counts' | 'shortfall' | 'kind'>) {
  if (kind === 'shortfall' && shortfall) {
    return `${numberText(shortfall.registered)} registered of at least ${numberText(shortfall.atLeast)}`;
  }
  return (counts && countsText(counts)) ?? 'nothing is overdue or failed any more';
}

function countsText(counts: IncidentCounts): string | undefined {
  const { overdue, failed, notStarted, warned, stuck, unreadable } = counts;
  return partsText([
    [overdue, 'overdue'],
    [failed, 'failed'],
    [notStarted, 'not started'],
    [warned, 'late, not yet overdue'],
    [stuck, 'stuck'],
    [unreadable, 'unreadable'],
  ]);
}

function outcomesText({ outcomes }: Pick<IncidentSummary, 'outcomes'>): string | undefined {
  return partsText([
    [outcomes.redriven, 'completed after a redrive'],
    [outcomes.completedLate, 'completed late'],
    [outcomes.recovered, 'completed in time after all'],
    [outcomes.begunLate, 'started late'],
    [outcomes.restarted, 'registered again'],
    [outcomes.discarded, 'discarded'],
  ]);
}

/** The outcomes of the items of a resolved incident. */
function endText(incident: IncidentSummary): string | undefined {
  return incident.state === 'resolved' ? outcomesText(incident) : undefined;
}

function partsText(parts: readonly (readonly [number | undefined, string])[]): string | undefined {
  const shown = parts.flatMap(([count, what]) => (count ? [`${numberText(count)} ${what}`] : []));
  return shown.length === 0 ? undefined : shown.join(', ');
}

/** "ada (N1NSsrpDMugM)" */
export function personText({ by, byName }: { by?: string | undefined; byName?: string | undefined }) {
  if (byName !== undefined) return `${byName} (${by})`;
  return by === 'open' ? 'somebody without a token' : by;
}

/** The columns of a list of incidents. */
export function incidentColumns({ now }: Pick<Context, 'now'>): Column<IncidentSummary>[] {
  return [
    { title: 'INCIDENT', rank: 1, cell: ({ id }) => id },
    { title: 'WORKFLOW', rank: 0, cell: ({ workflow }) => workflow },
    { title: 'STATE', rank: 3, cell: ({ state }) => state },
    { title: 'WHAT', rank: 2, cell: (incident) => endText(incident) ?? troubleText(incident) },
    { title: 'OPENED', rank: 4, cell: ({ openedAt }) => relativeText(openedAt, now()) },
    { title: 'ACKNOWLEDGED', rank: 5, cell: ({ acknowledged }) => acknowledged && personText(acknowledged) },
    { title: 'NOTIFICATIONS', rank: 6, align: 'right', cell: ({ notifications }) => String(notifications) },
  ];
}

/** An incident in full, with its timeline. */
export function incidentText(context: Context, incident: Incident): string {
  const { now, stdout } = context;
  const zone = zoneOf(context);
  const { id, workflow, kind, state, openedAt, resolvedAt, acknowledged, recovering, outage } = incident;
  const time = (at: string) => bothText(at, now(), zone);
  const note = acknowledged?.note === undefined ? '' : `: ${acknowledged.note}`;
  const facts = factsText(
    [
      ['Workflow', workflow],
      ['Incident', `${id} (${kind})`],
      ['State', state],
      ['Now', resolvedAt === undefined ? troubleText(incident) : undefined],
      ['So far', outcomesText(incident)],
      ['Being worked on', recovering && recoveringText(recovering, time)],
      ['Opened', time(openedAt)],
      [
        'Resolved',
        resolvedAt &&
          `${time(resolvedAt)}, after ${durationText(Date.parse(resolvedAt) - Date.parse(openedAt))}`,
      ],
      ['Warden unavailable', outage && `${localText(outage.from, zone)} to ${localText(outage.to, zone)}`],
      [
        'Acknowledged',
        acknowledged ? `${time(acknowledged.at)} by ${personText(acknowledged)}${note}` : 'no',
      ],
    ],
    stdout.columns,
  );
  const columns: Column<TimelineEntry>[] = [
    { title: 'AT', rank: 0, cell: ({ at }) => localText(at, zone) },
    { title: 'EVENT', rank: 1, cell: ({ event }) => event },
    { title: 'BY', rank: 3, cell: personText },
    { title: 'DETAILS', rank: 2, cell: (entry) => timelineDetails(entry, zone) },
  ];
  return `${facts}\n${tableText(columns, incident.timeline, stdout.columns)}`;
}

/** The facts of an entry of a timeline besides its time, event and person. */
export function timelineDetails(entry: TimelineEntry, zone: string | undefined): string {
  const { notification, counts, outcomes, redrive, items, until, note } = entry;
  return [
    notification?.event,
    counts && (countsText(counts) ?? 'nothing overdue or failed'),
    outcomes && outcomesText({ outcomes }),
    items === undefined ? undefined : `${numberText(items)} items`,
    redrive,
    until && `until ${localText(until, zone)}`,
    note,
  ]
    .filter(Boolean)
    .join('; ');
}

function recoveringText(
  { items, until }: NonNullable<IncidentSummary['recovering']>,
  time: (at: string) => string,
) {
  return `${numberText(items)} items${until === undefined ? '' : `, next check ${time(until)}`}`;
}
