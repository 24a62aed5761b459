import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples, notes } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import { addRegistrationOptions, type RunOptions } from '../registration-options.ts';

/** `warden run -w WORKFLOW -i ITEM -- command` */
export function runCommand(context: Context): Command {
  const command = new LazyCommand('run')
    .argument('<command>', 'what to run, without a shell')
    .argument('[args...]', 'its arguments')
    .passThroughOptions()
    .option('-w, --workflow <workflow>', 'workflow of the item (WARDEN_WORKFLOW)')
    .option('-i, --item <id>', 'id of the item; - reads it from the first line of standard input');
  return addRegistrationOptions(command)
    .option('--no-extend', 'do not extend the deadline while the command runs: for commands that may hang')
    .option('--require-watch', 'do not start the command if the warden cannot watch it')
    .option(
      '--reason-from-stderr <bytes>',
      'report this many bytes from the end of standard error as the reason of a failure',
    )
    .addHelpText(
      'after',
      examples(
        'warden run -w backups -i nightly --timeout 30m -- backup.sh --all',
        'warden run -w imports -i "$(date +%F)" --timeout 2h --no-extend -- import.py',
      ),
    )
    .addHelpText(
      'after',
      notes(
        context,
        'The exit code is that of the command; 126 and 127 if it could not be started, 128+n if signal n ended it. If the warden cannot be reached, the command runs all the same, and the next `warden run` or `warden flush` sends what is missing. The deadline is extended while the command runs, unless --no-extend is given. The command sees WARDEN_WORKFLOW, WARDEN_ITEM and WARDEN_RUN, so that it can call `warden step copied`.',
      ),
    )
    .action(async (file: string, args: string[], options: RunOptions) => {
      const { run } = await import('../actions/run.ts');
      await run(context, [file, ...args], options);
    });
}
