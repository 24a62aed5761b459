import { Command } from 'commander';
import type { Context } from '../context.ts';

/** `warden complete WORKFLOW ITEM` */
export function completeCommand(context: Context): Command {
  return new Command('complete')
    .description('report that the work on an item is done')
    .argument('<workflow>')
    .argument('<item>')
    .option('--run <run>', 'only if the item is in this run')
    .action(async (workflow: string, item: string, { run }: { run?: string }) => {
      const client = await context.client();
      const reply = await client.complete(workflow, item, run === undefined ? {} : { run });
      context.stdout.write(context.json ? `${JSON.stringify(reply)}\n` : `${item} ${reply.outcome}\n`);
    });
}
