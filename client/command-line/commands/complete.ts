import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { addItemOptions, type ItemOptions } from '../item-options.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden complete -w WORKFLOW -i ITEM` */
export function completeCommand(context: Context): Command {
  return addItemOptions(new LazyCommand('complete'))
    .addHelpText(
      'after',
      examples('warden complete -w uploads -i scan-4711.tiff', 'warden complete -w uploads -i - <done.txt'),
    )
    .action(async (options: ItemOptions) => {
      const { complete } = await import('../actions/complete.ts');
      await complete(context, options);
    });
}
