import type { Command } from 'commander';

/** Other names by which people ask for an option. */
const synonyms: Record<string, string> = {
  states: 'state',
  tags: 'tag',
  ids: 'id',
  items: 'id',
  notstarted: 'notStarted',
  dryrun: 'dryRun',
  count: 'limit',
};

/**
 * Takes `name=value` as `--name value`, which is how the API writes filters. Throws a CommanderError for a name that is
 * no option of the command.
 */
export function takeAssignments(command: Command, texts: readonly string[]): void {
  for (const text of texts) {
    const [, name = '', value = ''] = /^([A-Za-z][A-Za-z-]*)=(.*)$/s.exec(text) ?? [];
    const camel = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const wanted = [camel, synonyms[camel.toLowerCase()]];
    const option = command.options.find((one) => wanted.includes(one.attributeName()));
    if (option === undefined) {
      const allowed = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long);
      command.error(`error: "${text}" is no option. Allowed are ${allowed.join(', ')}.`);
    } else {
      const attribute = option.attributeName();
      const parsed = isSwitch(option)
        ? value !== 'false'
        : (option.parseArg?.(value, command.getOptionValue(attribute)) ?? value);
      command.setOptionValueWithSource(attribute, parsed, 'cli');
    }
  }
}

function isSwitch({ required, optional }: { required: boolean; optional: boolean }): boolean {
  return !required && !optional;
}
