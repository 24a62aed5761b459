import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden flush` */
export function flushCommand(context: Context): Command {
  return new LazyCommand('flush')
    .addHelpText('after', examples('warden flush', 'warden flush --json'))
    .action(async () => {
      const { flush } = await import('../actions/flush.ts');
      await flush(context);
    });
}
