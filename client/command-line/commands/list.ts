import { Command, Option } from 'commander';
import { type ItemSummary, itemStates } from '../../../core/contract/item.ts';
import { limits } from '../../../core/contract/limits.ts';
import type { QueryOf } from '../../contracts.ts';
import { takeAssignments } from '../arguments/assignments.ts';
import { addFilters, type Filters, parseCount, queryOf } from '../arguments/filters.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { print, printJson, printRows, say } from '../output.ts';
import { call, pagesOf } from '../service.ts';
import { csvText } from '../text/csv.ts';
import { type GroupName, groupNames, groupsOf, groupsText } from '../text/groups.ts';
import { itemColumns } from '../text/item-columns.ts';

interface Options extends Filters {
  workflow?: string;
  limit?: number;
  sort?: NonNullable<QueryOf<'list'>['sort']>;
  order?: NonNullable<QueryOf<'list'>['order']>;
  count?: true;
  groupBy?: GroupName;
  csv?: true;
  failIfAny?: true;
}

/** How many items a terminal shows if nobody says how many. */
const screenful = 100;

/** `warden list WORKFLOW` */
export function listCommand(context: Context): Command {
  const command = new Command('list')
    .alias('items')
    .description('list items: those that are not completed, or those that match the filters')
    .argument('[workflow]')
    .argument('[filters...]', 'filters in the form name=value, such as state=failed')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  return addFilters(command, itemStates, context)
    .addOption(new Option('--sort <order>', 'sort by').choices(['id', 'deadline', 'registration']))
    .addOption(new Option('--order <direction>').choices(['asc', 'desc']))
    .option('--limit <number>', `at most this many (on a terminal ${screenful}, otherwise all)`, parseCount)
    .option('--count', 'print only how many items match')
    .addOption(new Option('--group-by <what>', 'count the items by this').choices(groupNames))
    .option('--csv', 'print comma-separated values')
    .option('--fail-if-any', `exit with ${exitCodes.findings} if there is an item`)
    .addHelpText('after', examples)
    .action(async (first: string | undefined, rest: string[], options: Options) => {
      const texts = first === undefined ? rest : [first, ...rest];
      const { workflow, others } = takeWorkflow(command, texts, options.workflow);
      takeAssignments(command, others);
      const count = await list(context, workflow, command.opts<Options>());
      if (options.failIfAny && count > 0) context.exitWith(exitCodes.findings);
    });
}

async function list(context: Context, workflow: string, options: Options): Promise<number> {
  const { sort, order, groupBy, count, csv } = options;
  const isWhole = count || groupBy !== undefined || context.json || csv || !context.stdout.isTTY;
  const most = options.limit ?? (isWhole ? Number.POSITIVE_INFINITY : screenful);
  const query = { ...(await queryOf(context, options)), ...(sort && { sort }), ...(order && { order }) };
  const { items, more } = await read(context, workflow, query, most);
  if (groupBy !== undefined) {
    const groups = groupsOf(items, groupBy);
    if (context.json) for (const group of groups) printJson(context, group);
    else print(context, groupsText(groups, groupBy, items.length));
  } else if (count) {
    if (context.json) printJson(context, { count: items.length });
    else print(context, String(items.length));
  } else if (csv) {
    print(context, csvText(itemColumns(context), items));
  } else {
    printRows(context, itemColumns(context), items, `No item of ${workflow} matches.`);
  }
  if (more && !context.json) {
    say(context, `There are more than ${most}: --limit ${most * 10} shows more, --count counts them.`);
  }
  return items.length;
}

async function read(context: Context, workflow: string, query: QueryOf<'list'>, most: number) {
  const items: ItemSummary[] = [];
  const limit = String(Math.min(most, limits.pageItems));
  const page = (cursor: object) =>
    call(context, 'list', { path: { workflow }, query: { ...query, limit, ...cursor } });
  for await (const { items: some, cursor } of pagesOf(page)) {
    items.push(...some);
    if (items.length > most || (items.length === most && cursor !== undefined)) {
      return { items: items.slice(0, most), more: true };
    }
  }
  return { items, more: false };
}

const examples = `
Examples:
  warden list orders --state overdue,failed
  warden list orders --step charged --tag region:eu
  warden list orders --reason "card declined" --count
  warden list orders state=failed type=timeout
  warden list orders --state overdue --group-by step
  warden list orders --registered-before 1h --json | jq -r .item
  warden list invoices --not-started --fail-if-any`;
