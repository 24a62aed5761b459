import { Command } from 'commander';
import type { Context } from '../context.ts';

/** `warden start`: the whole service on this machine. */
export function startCommand(_context: Context): Command {
  return new Command('start')
    .usage('[flags]')
    .argument('[flags...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (flags: string[]) => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      if (major < 22 || (major === 22 && minor < 13)) {
        throw new Error(`warden start needs Node 22.13 or later; this is ${process.version}`);
      }
      // The service continues when nobody reads its output. Other commands end then.
      for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
      const { runService } = await import('../../../local/run-service.ts');
      await runService(flags, 'warden start');
    });
}
