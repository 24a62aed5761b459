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
import { type CommandTerm, commandTable, programDescription } from './overview.ts';

/**
 * Every command of `warden` but `start`. A file in `commands/` declares a command and imports nothing but commander; its
 * action in `actions/` is loaded when it runs, so that a start is fast.
 */
const commands: Record<Exclude<CommandTerm, 'start'>, (context: Context) => Command> = {
  run: runCommand,
  register: registerCommand,
  complete: completeCommand,
  step: stepCommand,
  extend: extendCommand,
  fail: failCommand,
  flush: flushCommand,
  workflows: workflowsCommand,
  'incidents|incident': incidentsCommand,
  'show|get': showCommand,
  'list|items': listCommand,
  export: exportCommand,
  reconcile: reconcileCommand,
  'watch|top': watchCommand,
  tail: tailCommand,
  console: consoleCommand,
  'ack|acknowledge': ackCommand,
  'silence|mute': silenceCommand,
  'redrive|resume': redriveCommand,
  discard: discardCommand,
  doctor: doctorCommand,
  drill: drillCommand,
  'settings|config': settingsCommand,
  'tokens|token': tokensCommand,
  audit: auditCommand,
  completions: completionsCommand,
};

/** What each command does, by its term. */
const summaries = Object.assign({}, ...Object.values(commandTable)) as Record<CommandTerm, string>;

/** The command line. `chosen` receives the global options while the arguments are parsed. */
export function createProgram(context: Context, chosen: GlobalOptions): Command {
  const program = new Command('warden')
    .description(programDescription)
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
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
  for (const [term, declare] of Object.entries(commands)) {
    program.addCommand(declare(context).description(summaries[term as CommandTerm]));
  }
  addGlobalOptions(program, chosen);
  // The service has flags and a help of its own, and calls no warden.
  program.addCommand(startCommand(context).description(summaries.start));
  return program;
}
