import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFilterOptions } from '../filter-options.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden discard WORKFLOW` */
export function discardCommand(context: Context): Command {
  const command = new LazyCommand('discard')
    .argument('[workflow]')
    .argument('[filters...]', 'filters in the form name=value, such as prefix=test-')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  return addFilterOptions(command, 'overdue, failed')
    .option('--dry-run', 'show what would be removed, and do nothing')
    .option('--limit <number>', 'at most this many items, the oldest first')
    .option('--note <text>', 'why, for people who read about it later')
    .option('-y, --yes', 'do not ask first')
    .addHelpText(
      'after',
      examples(
        'warden discard orders --reason "address unknown" --dry-run',
        'warden discard orders --reason "address unknown" --note "test customers"',
        'warden discard orders --prefix test- --yes',
        'warden redrive status orders',
      ),
    )
    .action(async (first: string | undefined, rest: string[]) => {
      const { discard } = await import('../actions/discard.ts');
      await discard(context, command, first === undefined ? rest : [first, ...rest]);
    });
}
