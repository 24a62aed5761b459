import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples, notes } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { DrillOptions } from '../options/drill.ts';

/** `warden drill` */
export function drillCommand(context: Context): Command {
  return new LazyCommand('drill')
    .option(
      '-w, --workflow <name>',
      'workflow of the drill; by default a new one, which is removed afterwards',
    )
    .option('--give-up <duration>', 'the longest time from the deadline to the notification', '5m')
    .option('--listen <port>', 'wait until the notification is posted to this port of this machine')
    .option('--queue <url>', 'wait until it is in this SQS queue; uses the AWS CLI and its credentials')
    .addHelpText(
      'after',
      examples(
        'warden drill',
        'warden drill --json | jq .notifiedAfterMs',
        'warden drill --listen 9000  # beside start --webhook http://localhost:9000',
        'warden drill --queue https://sqs.eu-west-1.amazonaws.com/123456789012/drills',
      ),
    )
    .addHelpText(
      'after',
      notes(
        context,
        'The people who receive notifications receive this one, too: tell them before. The item is registered with the shortest timeout that the warden allows: a second on a laptop, a minute on AWS. Exits with 6 if nobody was notified in time.',
      ),
    )
    .action(async (options: DrillOptions) => {
      const { drill } = await import('../actions/drill.ts');
      await drill(context, options);
    });
}
