import type { Context } from '../context.ts';
import type { ItemOptions } from '../item-options.ts';
import { writeJson, writeLine } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** Completes an item. */
export async function complete(context: Context, { workflow, item, run }: ItemOptions): Promise<void> {
  if (workflow === undefined || item === undefined)
    throw new UsageError('name the workflow with -w and the item with -i');
  const client = await context.client();
  const reply = await client.complete(workflow, item, run === undefined ? {} : { run });
  if (context.json) return writeJson(context.stdout, reply);
  return writeLine(context.stdout, `${item} ${reply.outcome}`);
}
