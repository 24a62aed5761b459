import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { SettingsOptions } from '../options/settings.ts';

/** `warden settings WORKFLOW name=value` */
export function settingsCommand(context: Context): Command {
  return new LazyCommand('settings')
    .alias('config')
    .argument('[workflow]')
    .argument('[settings...]', 'name=value to set, name= to remove')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('--create', 'create the workflow if there is none')
    .addHelpText(
      'after',
      examples(
        'warden settings orders',
        'warden settings orders timeout=30m owner=payments@example.com',
        'warden settings orders notifications.quiet.items=5 notifications.quiet.for=2m',
        'warden settings orders expect.atLeast=1 expect.every=1d',
        'warden settings orders owner=',
      ),
    )
    .action(async (first: string | undefined, rest: string[], options: SettingsOptions) => {
      const { settings } = await import('../actions/settings.ts');
      await settings(context, first === undefined ? rest : [first, ...rest], options);
    });
}
