import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { TailOptions } from '../options/tail.ts';

/** `warden tail` */
export function tailCommand(context: Context): Command {
  return new LazyCommand('tail')
    .argument('[workflow]', 'only of this workflow')
    .option('-w, --workflow <name>', 'only of this workflow')
    .option('--interval <duration>', 'how often to read the changes; 2s by default')
    .option('--give-up <duration>', 'end when the warden cannot be reached for this long; 1m by default')
    .addHelpText('after', examples('warden tail', 'warden tail orders', 'warden tail --json | jq -c .event'))
    .action(async (named: string | undefined, options: TailOptions) => {
      const { tail } = await import('../actions/tail.ts');
      const workflow = options.workflow ?? named;
      await tail(context, { ...options, ...(workflow !== undefined && { workflow }) });
    });
}
