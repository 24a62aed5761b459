import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { addItemOptions } from '../item-options.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { StepOptions } from '../options/step.ts';

/** `warden step [NAME] [--progress VALUE]` */
export function stepCommand(context: Context): Command {
  return addItemOptions(new LazyCommand('step'))
    .argument('[name]')
    .option('--progress <value>', 'a count or a cursor: people are warned if it stays the same')
    .addHelpText(
      'after',
      examples(
        'warden step copied            # in a command of `warden run`',
        'warden step -w uploads -i scan-4711.tiff copied',
        'warden step --progress "$rows" --timeout 5m   # progress, and more time',
      ),
    )
    .option('--timeout <duration>', 'a new deadline, counted from now')
    .action(async (name: string | undefined, options: StepOptions) => {
      const { step } = await import('../actions/step.ts');
      await step(context, name, options);
    });
}
