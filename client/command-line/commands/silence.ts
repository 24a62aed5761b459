import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { SilenceOptions } from '../options/silence.ts';

/** `warden silence WORKFLOW TIME REASON` */
export function silenceCommand(context: Context): Command {
  return new LazyCommand('silence')
    .alias('mute')
    .alias('snooze')
    .argument('[workflow]', 'without it, all silences are listed')
    .argument('[words...]', 'how long, or until when, and why')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('--for <duration>', 'how long, at most 30 days')
    .option('--until <time>', 'until when, such as 14:30 or 2026-11-28T14:30, in your time zone')
    .option('--reason <text>', 'why; "working on it" by default')
    .option('--create', 'create the workflow if there is none, for a silence ahead of its first item')
    .option('--end', 'end the silence')
    .addHelpText(
      'after',
      examples(
        'warden silence orders 1h "payments are down"',
        'warden silence orders --until 14:30 --reason "maintenance"',
        'warden silence orders --end',
        'warden silence',
      ),
    )
    .action(async (first: string | undefined, rest: string[], options: SilenceOptions) => {
      const { silence } = await import('../actions/silence.ts');
      await silence(context, first === undefined ? rest : [first, ...rest], options);
    });
}
