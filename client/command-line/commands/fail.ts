import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { addItemOptions, type FailOptions } from '../item-options.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden fail -w WORKFLOW -i ITEM` */
export function failCommand(context: Context): Command {
  return addItemOptions(new LazyCommand('fail'))
    .option('--reason <text>', 'why the work failed; of a long text, the end is kept')
    .option('--type <type>', 'type of the failure, by which items are listed and resumed')
    .option('--exit <code>', 'exit code of the job; the reason begins with it')
    .addHelpText(
      'after',
      examples(
        'warden fail -w uploads -i scan-4711.tiff --reason "disk full" --type disk',
        'backup.sh 2>error.txt || warden fail -w backups -i db --exit $? <error.txt',
      ),
    )
    .action(async (options: FailOptions) => {
      const { fail } = await import('../actions/fail.ts');
      await fail(context, options);
    });
}
