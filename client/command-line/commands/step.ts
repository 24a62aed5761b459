import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { addItemOptions, type ItemOptions } from '../item-options.ts';

/** `warden step NAME` */
export function stepCommand(context: Context): Command {
  return addItemOptions(new Command('step'))
    .description('report the step that the work has reached')
    .argument('<name>')
    .addHelpText(
      'after',
      examples(
        'warden step copied            # in a command of `warden run`',
        'warden step -w uploads -i scan-4711.tiff copied',
      ),
    )
    .action(async (name: string, options: ItemOptions) => {
      const { step } = await import('../actions/step.ts');
      await step(context, name, options);
    });
}
