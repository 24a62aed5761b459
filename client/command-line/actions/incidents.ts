import type { IncidentSummary } from '../../../core/contract/incident.ts';
import { limits } from '../../../core/contract/limits.ts';
import { parseCount } from '../arguments/count.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { incidentReport } from '../incident-report.ts';
import { incidentsOf, readOpenIncidents } from '../open-incidents.ts';
import type { IncidentsOptions } from '../options/incidents.ts';
import { writeJson, writeText } from '../output.ts';
import { writeRows } from '../rows.ts';
import { call, pagesOf } from '../service.ts';
import { incidentColumns } from '../text/incident-text.ts';

/** Lists incidents. Throws a UsageError or a WardenError. */
export async function listIncidents(context: Context, options: IncidentsOptions): Promise<void> {
  const { workflow, all, failIfAny } = options;
  const most = options.limit === undefined ? Number.POSITIVE_INFINITY : parseCount('--limit', options.limit);
  const found = all
    ? await allIncidents(context, workflow, most)
    : await readOpenIncidents(context, workflow);
  const shown = found.slice(0, most);
  await writeRows(context, incidentColumns(context), shown, `There is no ${all ? '' : 'open '}incident.`);
  if (failIfAny && shown.some(({ state }) => state !== 'resolved')) context.exitWith(exitCodes.findings);
}

/** Shows the incident with this id, or the open incidents of this workflow. Throws a WardenError. */
export async function showIncidents(context: Context, idOrWorkflow: string): Promise<void> {
  const { json, stdout } = context;
  for (const [index, incident] of (await incidentsOf(context, idOrWorkflow)).entries()) {
    if (json) await writeJson(stdout, incident);
    else await writeText(stdout, (index > 0 ? '\n' : '') + (await incidentReport(context, incident)));
  }
}

async function allIncidents(
  context: Context,
  workflow: string | undefined,
  most: number,
): Promise<IncidentSummary[]> {
  const found: IncidentSummary[] = [];
  const page = (cursor: object) =>
    call(context, 'list-incidents', {
      path: {},
      query: { ...(workflow !== undefined && { workflow }), limit: limits.pageItems, ...cursor },
    });
  for await (const { incidents } of pagesOf(page)) {
    found.push(...incidents);
    if (found.length >= most) break;
  }
  return found;
}
