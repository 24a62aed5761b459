import { Command } from 'commander';
import type { IncidentSummary } from '../../../core/contract/incident.ts';
import { limits } from '../../../core/contract/limits.ts';
import { parseCount } from '../arguments/filters.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { incidentReport } from '../incident-report.ts';
import { incidentsOf, readOpenIncidents } from '../open-incidents.ts';
import { print, printJson, printRows } from '../output.ts';
import { call, pagesOf } from '../service.ts';
import { incidentColumns } from '../text/incident-text.ts';

interface Options {
  all?: true;
  workflow?: string;
  limit?: number;
  failIfAny?: true;
}

/** `warden incidents`, `warden incidents show` */
export function incidentsCommand(context: Context): Command {
  const command = new Command('incidents')
    .alias('incident')
    .description('list open incidents, or show one with its timeline')
    .argument('[workflow]')
    .option('-w, --workflow <name>', 'only of this workflow')
    .option('--all', 'also incidents of the past 90 days that are resolved')
    .option('--limit <number>', 'at most this many', parseCount)
    .option('--fail-if-any', `exit with ${exitCodes.findings} if there is one`)
    .addHelpText('after', examples)
    .action(async (named: string | undefined, options: Options) => {
      const workflow = options.workflow ?? named;
      const limit = options.limit ?? Number.POSITIVE_INFINITY;
      const found = options.all
        ? await allIncidents(context, workflow, limit)
        : await readOpenIncidents(context, workflow);
      const shown = found.slice(0, limit);
      printRows(
        context,
        incidentColumns(context),
        shown,
        `There is no ${options.all ? '' : 'open '}incident.`,
      );
      if (options.failIfAny && shown.length > 0) context.exitWith(exitCodes.findings);
    });
  return command.addCommand(
    new Command('show')
      .alias('timeline')
      .description('show an incident: counts, what its items have in common, timeline, what to do')
      .argument('<incident>', 'its id, or the name of a workflow: its open incidents')
      .addHelpText('after', showExamples)
      .action((idOrWorkflow: string) => showIncidents(context, idOrWorkflow)),
  );
}

/** Prints the incident with this id, or the open incidents of this workflow. Throws a WardenError. */
export async function showIncidents(context: Context, idOrWorkflow: string): Promise<void> {
  const found = await incidentsOf(context, idOrWorkflow);
  for (const [index, incident] of found.entries()) {
    if (context.json) printJson(context, incident);
    else print(context, (index > 0 ? '\n' : '') + (await incidentReport(context, incident)).trimEnd());
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
      query: { ...(workflow !== undefined && { workflow }), limit: String(limits.pageItems), ...cursor },
    });
  for await (const { incidents } of pagesOf(page)) {
    found.push(...incidents);
    if (found.length >= most) break;
  }
  return found;
}

const examples = `
Examples:
  warden incidents
  warden incidents --all -w orders
  warden incidents show orders
  warden incidents --json | jq -r .id`;

const showExamples = `
Examples:
  warden incidents show orders
  warden incidents show 0mx0jjmvvj7klpwdh1xc --json | jq .timeline`;
