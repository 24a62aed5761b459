import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { WatchOptions } from '../options/watch.ts';

/** `warden watch` */
export function watchCommand(context: Context): Command {
  return new LazyCommand('watch')
    .alias('top')
    .option('--breached', 'only workflows with lost items or an open incident')
    .option('--interval <duration>', 'how often to refresh; 2s by default')
    .option('--give-up <duration>', 'end when the warden cannot be reached for this long; 1m by default')
    .addHelpText('after', examples('warden watch', 'warden watch --breached --interval 10s'))
    .action(async (options: WatchOptions) => {
      const { watch } = await import('../actions/watch.ts');
      await watch(context, options);
    });
}
