import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { completeCommand } from './commands/complete.ts';
import { startCommand } from './commands/start.ts';
import type { Context } from './context.ts';

/** Every command of `warden`, a file for each in `commands/`. */
const commands = [completeCommand, startCommand];

/** The command line. */
export function createProgram(context: Context): Command {
  const program = new Command('warden')
    .description('Watches work that must not be lost, and shows and resumes what was.')
    .version(packageJson.version)
    .option('--json', 'print JSON and nothing else on standard output')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  for (const command of commands) program.addCommand(command(context));
  return program;
}
