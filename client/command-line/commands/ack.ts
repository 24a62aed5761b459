import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden ack INCIDENT|WORKFLOW` */
export function ackCommand(context: Context): Command {
  return new LazyCommand('ack')
    .alias('acknowledge')
    .argument('<incidents...>', 'ids, or names of workflows for their open incidents')
    .option('-n, --note <text>', 'what others should know')
    .addHelpText(
      'after',
      examples(
        'warden ack orders',
        'warden ack 0mx0jjmvvj7klpwdh1xc --note "the bank is down, sam is on the phone"',
        'warden ack orders invoices',
      ),
    )
    .action(async (incidents: string[], options: { note?: string }) => {
      const { acknowledge } = await import('../actions/ack.ts');
      await acknowledge(context, incidents, options);
    });
}
