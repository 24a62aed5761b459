import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { GlobalOptions } from './chosen-options.ts';
import { ackCommand } from './commands/ack.ts';
import { auditCommand } from './commands/audit.ts';
import { completeCommand } from './commands/complete.ts';
import { completionsCommand } from './commands/completions.ts';
import { consoleCommand } from './commands/console.ts';
import { discardCommand } from './commands/discard.ts';
import { doctorCommand } from './commands/doctor.ts';
import { drillCommand } from './commands/drill.ts';
import { exportCommand } from './commands/export.ts';
import { extendCommand } from './commands/extend.ts';
import { failCommand } from './commands/fail.ts';
import { flushCommand } from './commands/flush.ts';
import { incidentsCommand } from './commands/incidents.ts';
import { listCommand } from './commands/list.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { redriveCommand } from './commands/redrive.ts';
import { registerCommand } from './commands/register.ts';
import { runCommand } from './commands/run.ts';
import { settingsCommand } from './commands/settings.ts';
import { showCommand } from './commands/show.ts';
import { silenceCommand } from './commands/silence.ts';
import { startCommand } from './commands/start.ts';
import { stepCommand } from './commands/step.ts';
import { tailCommand } from './commands/tail.ts';
import { tokensCommand } from './commands/tokens.ts';
import { watchCommand } from './commands/watch.ts';
import { workflowsCommand } from './commands/workflows.ts';
import type { Context } from './context.ts';
import { addGlobalOptions } from './global-options.ts';
import { helpConfiguration } from './help.ts';

/**
 * Every command of `warden` by the heading of the help that it is under. A file in `commands/` declares a command and
 * imports nothing but commander; its action in `actions/` is loaded when it runs, so that `--help` is fast.
 */
const commands: Record<string, readonly ((context: Context) => Command)[]> = {
  'Report work:': [
    runCommand,
    registerCommand,
    completeCommand,
    stepCommand,
    extendCommand,
    failCommand,
    flushCommand,
  ],
  'See what is lost:': [
    workflowsCommand,
    incidentsCommand,
    showCommand,
    listCommand,
    exportCommand,
    reconcileCommand,
    watchCommand,
    tailCommand,
    consoleCommand,
  ],
  'Handle an incident:': [ackCommand, silenceCommand, redriveCommand, discardCommand],
  'Run the warden:': [
    doctorCommand,
    drillCommand,
    settingsCommand,
    tokensCommand,
    auditCommand,
    completionsCommand,
  ],
};

/** The command line. `chosen` receives the global options while the arguments are parsed. */
export function createProgram(context: Context, chosen: GlobalOptions): Command {
  const program = new Command('warden')
    .description('Watches work that must not be lost; shows lost work and resumes it.')
    .version(packageJson.version)
    // The program stops at the first command, because the words after `warden run` belong to the command that is run.
    .enablePositionalOptions()
    .configureHelp(helpConfiguration)
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns as number,
      getErrHelpWidth: () => context.stderr.columns as number,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // The error is thrown, and reported once, with advice.
      outputError: () => {},
    });
  for (const [heading, declared] of Object.entries(commands)) {
    program.commandsGroup(heading);
    for (const command of declared) program.addCommand(command(context));
  }
  addGlobalOptions(program, chosen);
  // The service has flags and a help of its own, and calls no warden.
  program.commandsGroup('Run the warden:');
  program.addCommand(startCommand(context));
  return program;
}
