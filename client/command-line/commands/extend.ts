import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { addItemOptions, type ItemOptions } from '../item-options.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden extend DURATION` */
export function extendCommand(context: Context): Command {
  return addItemOptions(new LazyCommand('extend'))
    .argument('<duration>', 'such as 10m or PT10M')
    .addHelpText(
      'after',
      examples(
        'warden extend 10m            # in a command of `warden run --no-extend`',
        'warden extend -w uploads -i scan-4711.tiff 2h',
      ),
    )
    .action(async (duration: string, options: ItemOptions) => {
      const { extend } = await import('../actions/extend.ts');
      await extend(context, duration, options);
    });
}
