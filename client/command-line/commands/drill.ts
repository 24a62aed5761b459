import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import type { DrillOptions } from '../options/drill.ts';

/** `warden drill` */
export function drillCommand(context: Context): Command {
  return new Command('drill')
    .description('lose an item on purpose, and measure how long it takes until people are notified of it')
    .option('-w, --workflow <name>', 'workflow of the drill, without other items', 'drill')
    .option('--give-up <duration>', 'the longest time from the deadline to the notification', '5m')
    .addHelpText(
      'after',
      [
        examples('warden drill', 'warden drill --json | jq .notifiedAfterMs'),
        '',
        'The people who receive notifications receive this one, too: tell them before. The item is registered with the shortest',
        'timeout that the warden allows: a second on a laptop, a minute on AWS. Exits with 6 if nobody was notified in time.',
      ].join('\n'),
    )
    .action(async (options: DrillOptions) => {
      const { drill } = await import('../actions/drill.ts');
      await drill(context, options);
    });
}
