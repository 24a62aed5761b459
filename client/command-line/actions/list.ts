import type { Command } from 'commander';
import type { QueryOf } from '../../../core/contract/calls.ts';
import type { ItemSummary } from '../../../core/contract/item.ts';
import { limits } from '../../../core/contract/limits.ts';
import { takeAssignments } from '../arguments/assignments.ts';
import { parseCount } from '../arguments/count.ts';
import { queryOf } from '../arguments/filters.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ListOptions } from '../options/list.ts';
import { write, writeJson, writeLine, writeText } from '../output.ts';
import { writeRows } from '../rows.ts';
import { call, pagesOf } from '../service.ts';
import { csvText } from '../text/csv.ts';
import { groupsOf, groupsText } from '../text/groups.ts';
import { itemColumns } from '../text/item-columns.ts';

/** How many items a terminal shows by default. */
const screenful = 100;

/** Lists, counts or groups items. Throws a UsageError or a WardenError. */
export async function list(context: Context, command: Command, texts: readonly string[]): Promise<void> {
  const { workflow, others } = takeWorkflow('list', texts, command.opts<ListOptions>().workflow);
  takeAssignments(command, others);
  const options = command.opts<ListOptions>();
  const { sort, order, failIfAny } = options;
  const most =
    options.limit === undefined ? usualMost(context, options) : parseCount('--limit', options.limit);
  const query = { ...(await queryOf(context, options)), ...(sort && { sort }), ...(order && { order }) };
  const { items, more } = await read(context, workflow, query, most);
  await print(context, workflow, items, options);
  if (more) {
    await writeLine(
      context.stderr,
      `There are more than these ${most}: --limit ${most * 10} shows more, --count counts all.`,
    );
  }
  if (failIfAny && items.length > 0) context.exitWith(exitCodes.findings);
}

function usualMost({ json, stdout }: Context, { count, groupBy, csv }: ListOptions): number {
  const isWhole = json || csv || count || groupBy !== undefined || !stdout.isTTY;
  return isWhole ? Number.POSITIVE_INFINITY : screenful;
}

async function print(
  context: Context,
  workflow: string,
  items: readonly ItemSummary[],
  { groupBy, count, csv }: ListOptions,
): Promise<void> {
  const { json, stdout } = context;
  if (groupBy !== undefined) {
    const groups = groupsOf(items, groupBy);
    if (json) for (const group of groups) await writeJson(stdout, group);
    else await writeText(stdout, groupsText(groups, groupBy, items.length, stdout.columns));
  } else if (count) {
    if (json) await writeJson(stdout, { count: items.length });
    else await writeLine(stdout, String(items.length));
  } else if (csv) {
    await write(stdout, csvText(itemColumns(context), items));
  } else {
    await writeRows(context, itemColumns(context), items, `No item of ${workflow} matches.`);
  }
}

/** The items that match, up to a limit, and whether there are more. */
async function read(context: Context, workflow: string, query: QueryOf<'list'>, most: number) {
  const items: ItemSummary[] = [];
  const limit = Math.min(most, limits.pageItems);
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
