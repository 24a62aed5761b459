import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import { addRegistrationOptions, type RegisterOptions } from '../registration-options.ts';

/** `warden register -w WORKFLOW -i ITEM --timeout 30m` */
export function registerCommand(context: Context): Command {
  return addRegistrationOptions(new LazyCommand('register'))
    .option('-w, --workflow <workflow>', 'workflow of the item (WARDEN_WORKFLOW)')
    .option('-i, --item <id>', 'id of the item; - reads ids from standard input, one a line')
    .option('--run <run>', 'your own name for this run: a repeat with it changes nothing')
    .option(
      '--deadline <instant>',
      'when the work must be done, such as 2026-11-29T06:00:00Z; instead of --timeout',
    )
    .addHelpText(
      'after',
      examples(
        'warden register -w uploads -i 1.tiff --timeout 30m --data \'{"bucket": "in"}\'',
        'jq -c .order 1.json | warden register -w orders -i 1 --timeout PT2H --data -',
        'ls in | warden register -w uploads -i - --timeout 30m',
      ),
    )
    .action(async (options: RegisterOptions) => {
      const { register } = await import('../actions/register.ts');
      await register(context, options);
    });
}
