import type { IncidentSummary } from '../../../core/contract/incident.ts';
import { limits } from '../../../core/contract/limits.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import type { ListedWorkflow } from '../../../core/contract/workflow.ts';
import type { Context } from '../context.ts';
import { openIncidents } from '../open-incidents.ts';
import { writeRows } from '../rows.ts';
import { call, pagesOf } from '../service.ts';
import type { Column } from '../text/table.ts';
import { relativeText } from '../text/times.ts';

/** Lists workflows. Throws a WardenError. */
export async function listWorkflows(context: Context, { breached }: { breached?: true }): Promise<void> {
  const rows = await workflowRows(context);
  const shown = breached ? rows.filter(isBreached) : rows;
  const none =
    rows.length === 0 ? 'There are no workflows yet.' : `Nothing is lost in ${rows.length} workflows.`;
  await writeRows(context, workflowColumns(context), shown, none);
}

/** A workflow with its open incidents. */
export type WorkflowRow = ListedWorkflow & { incidents: Pick<IncidentSummary, 'id' | 'kind' | 'state'>[] };

/** All workflows that the caller may read. Workflows with lost items or an open incident are first. */
export async function workflowRows(context: Context): Promise<WorkflowRow[]> {
  const incidents = await openIncidents(context);
  const rows: WorkflowRow[] = [];
  const page = (cursor: object) =>
    call(context, 'list-workflows', { path: {}, query: { limit: limits.pageItems, ...cursor } });
  for await (const { workflows } of pagesOf(page)) {
    for (const workflow of workflows) {
      const own = incidents.filter((incident) => incident.workflow === workflow.workflow);
      rows.push({ ...workflow, incidents: own.map(({ id, kind, state }) => ({ id, kind, state })) });
    }
  }
  return rows.sort((a, b) => Number(isBreached(b)) - Number(isBreached(a)));
}

export function isBreached({ counts, incidents }: WorkflowRow): boolean {
  const { overdue = 0, failed = 0, notStarted = 0 } = counts ?? {};
  return overdue + failed + notStarted > 0 || incidents.length > 0;
}

export function workflowColumns({ now }: Pick<Context, 'now'>): Column<WorkflowRow>[] {
  const number = (title: string, rank: number, count: (row: WorkflowRow) => number | undefined) => ({
    title,
    rank,
    align: 'right' as const,
    cell: (row: WorkflowRow) => countText(count(row), row),
  });
  return [
    { title: 'WORKFLOW', rank: 0, cell: ({ workflow }) => workflow },
    number('WAITING', 5, ({ counts }) => counts?.waiting),
    number('OVERDUE', 1, ({ counts }) => counts?.overdue),
    number('FAILED', 2, ({ counts }) => counts?.failed),
    number('NOT STARTED', 3, ({ counts }) => counts?.notStarted ?? 0),
    {
      title: 'OLDEST',
      rank: 7,
      cell: ({ oldestBreached }) => oldestBreached && relativeText(oldestBreached, now()),
    },
    { title: 'INCIDENT', rank: 4, cell: ({ incidents }) => incidents.map(({ id }) => id).join(' ') },
    {
      title: 'SILENCE',
      rank: 6,
      cell: ({ silence }) =>
        silence && Date.parse(silence.until) > now()
          ? `ends ${relativeText(silence.until, now())}`
          : undefined,
    },
  ];
}

function countText(count: number | undefined, { counts }: WorkflowRow): string | undefined {
  if (count === undefined) return undefined;
  return numberText(count) + (counts?.capped && count === limits.countedItems ? '+' : '');
}
