import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { ackCommand } from './commands/ack.ts';
import { auditCommand } from './commands/audit.ts';
import { completeCommand } from './commands/complete.ts';
import { discardCommand } from './commands/discard.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drillCommand } from './commands/drill.ts';
import { exportCommand } from './commands/export.ts';
import { incidentsCommand } from './commands/incidents.ts';
import { listCommand } from './commands/list.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { redriveCommand } from './commands/redrive.ts';
import { settingsCommand } from './commands/settings.ts';
import { showCommand } from './commands/show.ts';
import { silenceCommand } from './commands/silence.ts';
import { tailCommand } from './commands/tail.ts';
import { tokensCommand } from './commands/tokens.ts';
import { watchCommand } from './commands/watch.ts';
import { workflowsCommand } from './commands/workflows.ts';
import type { Context } from './context.ts';

/** Every command of `warden`, a file for each in `commands/`. */
const commands = [
  completeCommand,
  workflowsCommand,
  incidentsCommand,
  showCommand,
  listCommand,
  ackCommand,
  silenceCommand,
  redriveCommand,
  discardCommand,
  exportCommand,
  reconcileCommand,
  settingsCommand,
  tokensCommand,
  auditCommand,
  watchCommand,
  tailCommand,
  doctorCommand,
  drillCommand,
];

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
  inherit(program);
  return program;
}

/** A command that is added does not have the settings of its parent. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}
