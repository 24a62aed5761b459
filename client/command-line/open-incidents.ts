import type { Incident, IncidentSummary } from '../../core/contract/incident.ts';
import { limits } from '../../core/contract/limits.ts';
import { timeOrderedIdPattern, whole } from '../../core/contract/patterns.ts';
import { WardenError } from '../warden-error.ts';
import type { Context } from './context.ts';
import { notFound } from './not-found.ts';
import { call, pagesOf, tenAtATime } from './service.ts';

/** Incidents that are not resolved, the newest first, as of their last notification. */
export async function openIncidents(context: Context, workflow?: string): Promise<IncidentSummary[]> {
  const found: IncidentSummary[] = [];
  const filter = { state: 'open' as const, ...(workflow !== undefined && { workflow }) };
  const page = (cursor: object) =>
    call(context, 'list-incidents', {
      path: {},
      query: { ...filter, limit: limits.pageItems, ...cursor },
    });
  for await (const { incidents } of pagesOf(page)) found.push(...incidents);
  return found;
}

/** The same with their current counts: lists have the counts of the last notification. */
export async function readOpenIncidents(context: Context, workflow?: string): Promise<Incident[]> {
  const open = await openIncidents(context, workflow);
  return tenAtATime(open, ({ id }) => call(context, 'read-incident', { path: { incident: id } }));
}

/**
 * The incident with this id, or the open incidents of the workflow with this name. Throws a WardenError, with the code
 * `incident-not-found` if there is none.
 */
export async function incidentsOf(context: Context, idOrWorkflow: string): Promise<Incident[]> {
  const isId = whole(timeOrderedIdPattern).test(idOrWorkflow);
  const byId = isId ? await byIdOrUndefined(context, idOrWorkflow) : undefined;
  if (byId) return [byId];
  // A workflow can have such a name, too.
  const open = await readOpenIncidents(context, idOrWorkflow);
  if (open.length > 0) return open;
  throw notFound(
    'incident-not-found',
    isId
      ? `there is no incident ${idOrWorkflow}; \`warden incidents --all\` lists the incidents of the past 90 days`
      : `workflow ${idOrWorkflow} has no open incident; \`warden incidents\` lists the open incidents`,
  );
}

async function byIdOrUndefined(context: Context, incident: string): Promise<Incident | undefined> {
  try {
    return await call(context, 'read-incident', { path: { incident } });
  } catch (error) {
    if (error instanceof WardenError && error.code === 'incident-not-found') return undefined;
    throw error;
  }
}
