import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';

/** Other names by which people ask for an option. */
const synonyms: Record<string, string> = {
  states: 'state',
  tags: 'tag',
  ids: 'id',
  items: 'id',
  notstarted: 'notStarted',
  dryrun: 'dryRun',
};

/**
 * Takes `name=value` as `--name value`, which is how the API writes filters. Throws a UsageError for a name that is no
 * option of the command.
 */
export function takeAssignments(command: Command, texts: readonly string[]): void {
  for (const text of texts) {
    const [, name = '', value = ''] = /^([A-Za-z][A-Za-z-]*)=(.*)$/s.exec(text) ?? [];
    const camel = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const wanted = [camel, synonyms[camel.toLowerCase()]];
    const option = command.options.find((one) => wanted.includes(one.attributeName()));
    if (option === undefined) {
      const allowed = command.options.filter(({ hidden }) => !hidden).map((one) => one.long);
      throw new UsageError(
        `${JSON.stringify(text)} is no filter`,
        `Allowed are ${allowed.join(', ')}, with a space or in the form name=value without dashes.`,
      );
    }
    const attribute = option.attributeName();
    const before = command.getOptionValue(attribute);
    command.setOptionValue(attribute, parsed(option, value, before));
  }
}

type Option = Command['options'][number];

function parsed({ required, optional, parseArg }: Option, value: string, before: unknown): unknown {
  if (!required && !optional) return value !== 'false';
  return parseArg ? parseArg(value, before) : value;
}
