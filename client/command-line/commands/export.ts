import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFilterOptions } from '../filter-options.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden export WORKFLOW` */
export function exportCommand(context: Context): Command {
  const command = new LazyCommand('export')
    .argument('[workflow]')
    .argument('[filters...]', 'filters in the form name=value, such as state=failed')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  return addFilterOptions(command, 'waiting, overdue, failed, completed')
    .addHelpText(
      'after',
      examples(
        'warden export orders --state overdue,failed > lost.jsonl',
        'warden export orders | jq -r .data.customer | sort | uniq -c',
      ),
    )
    .action(async (first: string | undefined, rest: string[]) => {
      const { exportItems } = await import('../actions/export.ts');
      await exportItems(context, command, first === undefined ? rest : [first, ...rest]);
    });
}
