import type { Command } from 'commander';
import { takeAssignments } from '../arguments/assignments.ts';
import { queryOf } from '../arguments/filters.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import type { ExportOptions } from '../options/export.ts';
import { write, writeLine } from '../output.ts';

/**
 * Prints items line by line, each as the service wrote it: parsing it would round large numbers in the data. Items that
 * cannot be read are counted on standard error. Throws a UsageError or a WardenError.
 */
export async function exportItems(
  context: Context,
  command: Command,
  texts: readonly string[],
): Promise<void> {
  const { workflow, others } = takeWorkflow('export', texts, command.opts<ExportOptions>().workflow);
  takeAssignments(command, others);
  const query = await queryOf(context, command.opts<ExportOptions>());
  const client = await context.client();
  let count = 0;
  for await (const line of client.exportLines(workflow, query, { signal: context.signal })) {
    await write(context.stdout, `${line}\n`);
    count++;
  }
  if (!context.json)
    await writeLine(context.stderr, `${count} ${count === 1 ? 'item' : 'items'} of ${workflow} exported.`);
}
