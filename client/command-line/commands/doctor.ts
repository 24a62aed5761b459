import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';

/** `warden doctor` */
export function doctorCommand(context: Context): Command {
  return new LazyCommand('doctor')
    .addHelpText('after', examples('warden doctor', `warden doctor --json | jq 'select(.status != "ok")'`))
    .action(async () => {
      const { doctor } = await import('../actions/doctor.ts');
      await doctor(context);
    });
}
