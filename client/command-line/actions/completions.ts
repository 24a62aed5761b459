import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { writeWhole } from '../output.ts';
import { shellQuoted } from '../text/shell.ts';

/** A command with the words that may follow it. */
interface Completed {
  name: string;
  description: string;
  subcommands: readonly string[];
  options: readonly { flag: string; description: string }[];
}

/** Prints completions that are made from the declared commands, so that none is missing or out of date. */
export async function completions(
  context: Context,
  program: Command,
  shell: 'bash' | 'zsh' | 'fish',
): Promise<void> {
  const global = optionsOf(program);
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    subcommands: command.commands.map((one) => one.name()),
    options: [...optionsOf(command), ...global],
  }));
  const text = shell === 'fish' ? fish(commands) : bash(commands, shell);
  await writeWhole(context.stdout, text);
}

function optionsOf(command: Command): { flag: string; description: string }[] {
  return command.options
    .filter(({ hidden, long }) => !hidden && long !== undefined)
    .map(({ long, description }) => ({ flag: long ?? '', description }));
}

/** zsh understands completions of bash. */
function bash(commands: readonly Completed[], shell: 'bash' | 'zsh'): string {
  const words = (list: readonly string[]) => shellQuoted(list.join(' '));
  return [
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_warden() {',
    '  local words',
    `  if [ "$COMP_CWORD" = 1 ]; then words=${words(commands.map(({ name }) => name))}`,
    `  else case "\${COMP_WORDS[1]}" in`,
    ...commands.map(
      ({ name, subcommands, options }) =>
        `    ${name}) words=${words([...subcommands, ...options.map(({ flag }) => flag)])} ;;`,
    ),
    '  esac; fi',
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    'complete -o default -F _warden warden',
  ].join('\n');
}

function fish(commands: readonly Completed[]): string {
  const line = (condition: string, rest: string) => `complete -c warden -n ${shellQuoted(condition)} ${rest}`;
  return commands
    .flatMap(({ name, description, subcommands, options }) => [
      line('__fish_use_subcommand', `-f -a ${name} -d ${shellQuoted(description)}`),
      ...subcommands.map((one) => line(`__fish_seen_subcommand_from ${name}`, `-f -a ${one}`)),
      ...options.map(({ flag, description: what }) =>
        line(`__fish_seen_subcommand_from ${name}`, `-l ${flag.slice(2)} -d ${shellQuoted(what)}`),
      ),
    ])
    .join('\n');
}
