import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { addFilterOptions } from '../filter-options.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden list WORKFLOW` */
export function listCommand(context: Context): Command {
  const command = new LazyCommand('list')
    .alias('items')
    .argument('[workflow]')
    .argument('[filters...]', 'filters in the form name=value, such as state=failed')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  return addFilterOptions(command, 'waiting, overdue, failed, completed')
    .addOption(new Option('--sort <order>', 'by what to sort').choices(['id', 'deadline', 'registration']))
    .addOption(new Option('--order <direction>', 'in which direction to sort').choices(['asc', 'desc']))
    .option('--limit <number>', 'at most this many; on a terminal 100 by default, otherwise all')
    .option('--count', 'print only how many items match')
    .addOption(
      new Option('--group-by <what>', 'count the items by this').choices([
        'step',
        'reason',
        'type',
        'tag',
        'state',
      ]),
    )
    .option('--csv', 'print comma-separated values')
    .option('--fail-if-any', 'exit with 6 if an item matches')
    .addHelpText(
      'after',
      examples(
        'warden list orders --state overdue,failed',
        'warden list orders --step charged --tag region:eu',
        'warden list orders --reason "card declined" --count',
        'warden list orders state=failed type=timeout',
        'warden list orders --state overdue --group-by step',
        'warden list orders --registered-before 1h --json | jq -r .item',
        'warden list invoices --not-started --fail-if-any',
      ),
    )
    .action(async (first: string | undefined, rest: string[]) => {
      const { list } = await import('../actions/list.ts');
      await list(context, command, first === undefined ? rest : [first, ...rest]);
    });
}
