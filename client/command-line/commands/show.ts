import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { ShowOptions } from '../options/show.ts';

/** `warden show WORKFLOW ITEM` */
export function showCommand(context: Context): Command {
  return new LazyCommand('show')
    .alias('get')
    .argument('[names...]', 'a workflow and an item, a workflow, or the id of an incident')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('-i, --item <id>', 'the item, if it is not the second argument')
    .addHelpText(
      'after',
      examples(
        'warden show orders order-4711',
        'warden show orders',
        'warden show 0mx0jjmvvj7klpwdh1xc',
        'warden show orders order-4711 --json | jq .data',
      ),
    )
    .action(async (words: string[], options: ShowOptions) => {
      const { show } = await import('../actions/show.ts');
      await show(context, words, options);
    });
}
