import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFilterOptions } from '../filter-options.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { StartedOptions } from '../options/redrive.ts';

/** `warden redrive WORKFLOW`, `warden redrive status|pause|continue|abort|rate` */
export function redriveCommand(context: Context): Command {
  const command = new LazyCommand('redrive')
    .alias('resume')
    .alias('replay')
    .alias('retry')
    .argument('[workflow]')
    .argument('[filters...]', 'filters in the form name=value, such as reason=timeout')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  addFilterOptions(command, 'overdue, failed')
    .option('--dry-run', 'show what would be resumed, and do nothing')
    .option('--try [number]', 'resume only this many items, 1 by default, and wait for their outcome')
    .option('--limit <number>', 'at most this many items, the oldest first')
    .option('--rate <number>', 'items a second; 10 by default')
    .option('--timeout <duration>', 'time to the new deadlines; by default the timeout of the last attempt')
    .option('--note <text>', 'why, for people who read about it later')
    .option('-y, --yes', 'do not count and ask first')
    .option('--watch', 'show the progress until every resumed item is completed or lost again')
    .addHelpText(
      'after',
      examples(
        'warden redrive orders --dry-run',
        'warden redrive orders --step charged --try 1',
        'warden redrive orders --state overdue --tag region:eu --rate 20 --watch',
        'warden redrive invoices --ids-from lost.txt --yes',
        'warden redrive status orders',
        'warden redrive pause orders',
      ),
    )
    .action(async (first: string | undefined, rest: string[]) => {
      const { redrive } = await import('../actions/redrive.ts');
      await redrive(context, command, first === undefined ? rest : [first, ...rest]);
    });
  const started = (name: string, description: string) =>
    new LazyCommand(name)
      .description(description)
      .argument('[workflow]')
      .argument(
        '[redrive]',
        'the id of a redrive or discard; by default, the only one that is running or paused',
      )
      .option('-w, --workflow <name>', 'the workflow, if it is not the first argument');
  const change = (action: 'pause' | 'continue' | 'abort', description: string) =>
    started(action, description).action(async (first?: string, second?: string, options?: StartedOptions) => {
      const { changeRedrive } = await import('../actions/redrive-change.ts');
      await changeRedrive(context, [first, second], { action }, options ?? {});
    });
  return command
    .addCommand(
      started('status', 'show redrives and discards, or one with its progress')
        .option('--watch', 'show the progress until it is over')
        .action(async (first?: string, second?: string, options?: StartedOptions) => {
          const { redriveStatus } = await import('../actions/redrive-status.ts');
          await redriveStatus(context, [first, second], options ?? {});
        }),
    )
    .addCommand(change('pause', 'pause a redrive or discard: nothing further is resumed'))
    .addCommand(change('continue', 'continue a paused redrive or discard').alias('unpause'))
    .addCommand(change('abort', 'end a redrive or discard for good').alias('stop').alias('cancel'))
    .addCommand(
      started('rate', 'change how many items a second a redrive resumes')
        .argument('[rate]')
        .action(async (...words: (string | undefined)[]) => {
          const { changeRate } = await import('../actions/redrive-change.ts');
          const options = words[3] as StartedOptions | undefined;
          await changeRate(context, words.slice(0, 3), options ?? {});
        }),
    );
}
