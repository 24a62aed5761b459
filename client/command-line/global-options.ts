import { type Command, CommanderError } from 'commander';
import type { GlobalOptions } from './chosen-options.ts';
import { LazyCommand } from './lazy-command.ts';
import { globalOptionTable } from './overview.ts';
import { UsageError } from './usage-error.ts';

/** Lets every command take the global options after its name too. */
export function addGlobalOptions(program: Command, chosen: GlobalOptions): void {
  const prepare = (command: Command): void => {
    for (const one of command.commands) one.copyInheritedSettings(program);
    command
      // Adding the options to 40 commands takes longer than printing a help, so a command gets them when it is chosen.
      .hook('preSubcommand', (_, chosenCommand) => {
        if (chosenCommand instanceof LazyCommand) chosenCommand.declare();
        prepare(chosenCommand);
        addOptions(chosenCommand, chosen);
        // The help of a command shows them below its own options.
        for (const option of chosenCommand.options.slice(-5)) option.hideHelp();
      })
      .exitOverride((error) => {
        throw isHelp(error) ? error : usageError(command, error);
      });
  };
  prepare(program);
  addOptions(program, chosen);
}

function addOptions(command: Command, chosen: GlobalOptions): void {
  for (const [flags, description] of Object.entries(globalOptionTable)) command.option(flags, description);
  command
    .on('option:url', (url: string) => Object.assign(chosen, { url }))
    .on('option:token-file', (tokenFile: string) => Object.assign(chosen, { tokenFile }))
    .on('option:profile', (profile: string) => Object.assign(chosen, { profile }))
    .on('option:json', () => Object.assign(chosen, { json: true }))
    .on('option:no-color', () => Object.assign(chosen, { color: false }));
}

/** Help that was asked for, and the version. */
function isHelp({ exitCode }: CommanderError): boolean {
  return exitCode === 0;
}

function usageError(command: Command, error: CommanderError): Error {
  // A command that was called without its subcommand has shown its help instead of a message.
  if (error.code === 'commander.help') return new CommanderError(2, error.code, error.message);
  return new UsageError(
    error.message.replace(/^error: /, ''),
    `\`${nameOf(command)} --help\` shows what is allowed.`,
  );
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
