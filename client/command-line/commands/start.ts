import { Command } from 'commander';
import type { Context } from '../context.ts';

/** `warden start`: the whole service on this machine. */
export function startCommand(_context: Context): Command {
  return new Command('start')
    .description('run the service on this machine; `warden start --help` lists its flags')
    .usage('[flags]')
    .argument('[flags...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (flags: string[]) => {
      // The service goes on when nobody reads what it prints; a command ends then.
      for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
      const { runService } = await import('../../../local/run-service.ts');
      await runService(flags, 'warden start');
    });
}
