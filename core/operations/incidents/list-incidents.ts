import type { Unreadable } from '../../aws/registry/entries.ts';
import type { Incidents } from '../../aws/registry/incidents/incidents.ts';
import { covers } from '../../contract/granted.ts';
import type { IncidentSummary, IncidentsQuery, IncidentsReply } from '../../contract/incident.ts';
import { limits } from '../../contract/limits.ts';
import { timeOrderedIdPattern, whole, workflowNamePattern } from '../../contract/patterns.ts';
import { errorFields, type Log } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { incidentSummary } from '../../model/incident/incident-view.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'incidents' | 'log'>;

/** Past incidents of other workflows that one page skips; the next page continues behind them. */
const mostPassedOver = 1_000;
/**
 * A position in the list: an open incident's workflow and kind, or a past incident's id, which reveals only when it
 * began.
 */
const place = whole(`open ${workflowNamePattern}#[a-z-]{1,16}`, `past ${timeOrderedIdPattern}`);

/**
 * Incidents of the workflows that `visible` covers: open incidents by workflow, then resolved incidents of the past 90
 * days, newest first. None is left out however incidents open and end meanwhile, and none is on a page twice. An
 * incident that cannot be read is logged and hides no other (P8).
 */
export async function listIncidents(
  service: Service,
  { query, visible }: { query: IncidentsQuery; visible: readonly string[] },
): Promise<IncidentsReply> {
  const list = ['incidents', query.state, query.workflow];
  const after = readCursor(query.cursor, list, place);
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const page = new Map<string, IncidentSummary>();
  let last = '';
  let passedOver = 0;
  const reply = (at?: string): IncidentsReply => ({
    incidents: [...page.values()],
    ...(at !== undefined && { cursor: writeCursor(at, list) }),
  });
  for await (const { at, incident } of incidentsFrom(service, query.state, after)) {
    const { id, workflow } = incident;
    if (covers(visible, workflow) && (query.workflow ?? workflow) === workflow) {
      // The incident was resolved after the open incidents were read.
      if (page.has(id)) continue;
      if (page.size === limit) return reply(last);
      page.set(id, incidentSummary(incident));
      last = at;
    } else if (at.startsWith('past') && ++passedOver === mostPassedOver) {
      return reply(at);
    }
  }
  return reply();
}

/** All incidents in this state with their positions, starting after `after`. */
async function* incidentsFrom(
  { incidents, log }: Service,
  state: IncidentsQuery['state'],
  after: string | undefined,
): AsyncGenerator<{ at: string; incident: IncidentRecord }> {
  const [where, name] = after?.split(' ') ?? [];
  if (state !== 'resolved' && where !== 'past') {
    const open = incidents.open.all(name === undefined ? {} : { after: name });
    for await (const incident of readable(open, log)) yield { at: `open ${incident.name}`, incident };
  }
  if (state === 'open') return;
  for await (const incident of resolved(incidents, log, where === 'past' ? name : undefined)) {
    yield { at: `past ${incident.id}`, incident };
  }
}

/** Resolved incidents by id, newest first, including incidents whose end is not completed yet. */
async function* resolved(
  incidents: Incidents,
  log: Log,
  after: string | undefined,
): AsyncGenerator<IncidentRecord> {
  // Read before the past incidents, in the order in which incidents move, so that none can be missed.
  const left = (await ending(incidents, log)).filter(({ id }) => after === undefined || id < after);
  const past = incidents.past.all({ order: 'desc', ...(after !== undefined && { after }) });
  for await (const incident of readable(past, log)) {
    while (left[0] && left[0].id >= incident.id) {
      const [newer] = left.splice(0, 1);
      if (newer && newer.id !== incident.id) yield newer;
    }
    yield incident;
  }
  yield* left;
}

/** Copies of incidents that are no longer open, newest first. An end can still be taken back while its copy exists. */
async function ending(incidents: Incidents, log: Log): Promise<IncidentRecord[]> {
  const copies = new Map<string, IncidentRecord>();
  for await (const copy of readable(incidents.ending.all(), log)) copies.set(copy.id, copy);
  if (copies.size === 0) return [];
  for await (const { id } of readable(incidents.open.all(), log)) copies.delete(id);
  return [...copies.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1));
}

async function* readable(
  found: AsyncIterable<IncidentRecord | Unreadable>,
  log: Log,
): AsyncGenerator<IncidentRecord> {
  for await (const incident of found) {
    if (!('error' in incident)) yield incident;
    else log.error('record cannot be read', { incident: incident.name, ...errorFields(incident.error) });
  }
}
