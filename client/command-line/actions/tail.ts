import type { Incident, IncidentSummary, TimelineEntry } from '../../../core/contract/incident.ts';
import { instant } from '../../../core/contract/time.ts';
import type { Context } from '../context.ts';
import { openIncidents } from '../open-incidents.ts';
import type { TailOptions } from '../options/tail.ts';
import { writeJson, writeLine } from '../output.ts';
import { poll } from '../polling.ts';
import { call, tenAtATime } from '../service.ts';
import { personText, timelineDetails, troubleText } from '../text/incident-text.ts';
import { localText, zoneOf } from '../text/times.ts';

/** Prints the timelines of incidents as they grow, until Ctrl-C. Throws a UsageError or a WardenError. */
export async function tail(context: Context, options: TailOptions): Promise<void> {
  const { workflow } = options;
  const since = instant(context.now());
  const printed = new Set<string>();
  let open = new Map<string, IncidentSummary>();
  let isFirst = true;
  await poll(context, options, async () => {
    const now = new Map((await openIncidents(context, workflow)).map((incident) => [incident.id, incident]));
    if (isFirst) for (const incident of now.values()) await sayOpen(context, incident);
    isFirst = false;
    const ids = [
      ...new Set([...now.keys(), ...open.keys(), ...(await resolvedSince(context, workflow, since))]),
    ];
    for (const incident of await tenAtATime(ids, (id) =>
      call(context, 'read-incident', { path: { incident: id } }),
    )) {
      for (const entry of incident.timeline) {
        // Several entries can have the same time, and the middle of a long timeline is dropped.
        const key = JSON.stringify([incident.id, entry]);
        if (entry.at < since || printed.has(key)) continue;
        printed.add(key);
        await printEntry(context, incident, entry);
      }
    }
    open = now;
  });
}

/** The ids of the newest incidents that were resolved since then: they can be opened and resolved between two reads. */
async function resolvedSince(
  context: Context,
  workflow: string | undefined,
  since: string,
): Promise<string[]> {
  const { incidents } = await call(context, 'list-incidents', {
    path: {},
    query: { state: 'resolved', ...(workflow !== undefined && { workflow }), limit: 20 },
  });
  return incidents.filter(({ resolvedAt = '' }) => resolvedAt >= since).map(({ id }) => id);
}

async function sayOpen(context: Context, incident: IncidentSummary): Promise<void> {
  await writeLine(context.stderr, `Open: ${incident.workflow} ${incident.id}, ${troubleText(incident)}`);
}

async function printEntry(context: Context, { id, workflow }: Incident, entry: TimelineEntry): Promise<void> {
  if (context.json) return writeJson(context.stdout, { incident: id, workflow, ...entry });
  const zone = zoneOf(context);
  const by = personText(entry);
  const details = [timelineDetails(entry, zone), by && `by ${by}`].filter(Boolean).join('; ');
  const line = [localText(entry.at, zone), workflow, id, entry.event, details].filter((part) => part !== '');
  await writeLine(context.stdout, line.join('  '));
}
