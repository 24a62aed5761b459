import { type Command, Option } from 'commander';

/** The options of `addFilterOptions`, as they were typed. */
export interface FilterOptions {
  state?: string[];
  step?: string;
  tag?: string[];
  reason?: string;
  type?: string;
  notStarted?: boolean;
  started?: string | true;
  stuck?: true;
  prefix?: string;
  attempt?: string;
  id?: string[];
  idsFrom?: string;
  dueBefore?: string;
  dueAfter?: string;
  registeredBefore?: string;
  registeredAfter?: string;
}

/** The filters of lists, exports, redrives and discards: an item must match all of them. */
export function addFilterOptions(command: Command, states: string): Command {
  return command
    .option('--state <states>', `only items in one of these states: ${states}`, collect)
    .option('--step <step>', 'only items whose last step is this one')
    .option('--tag <tag>', 'only items with this tag: key:value, key=value or key; may be repeated', collect)
    .option('--reason <text>', 'only items that failed with a reason that contains this text')
    .option('--type <type>', 'only items that failed with exactly this type')
    .option('--not-started', 'only items that reported no step')
    .option('--stuck', 'only items that people were warned of as stuck and that have not moved since')
    .addOption(new Option('--started [boolean]').hideHelp())
    .option('--prefix <text>', 'only items whose ids begin with this text')
    .option('--attempt <number>', 'only items in this attempt')
    .option('--id <id>', 'only the item with this id; may be repeated', collect)
    .option('--ids-from <file>', 'only items with the ids in this file, one a line; - reads standard input')
    .option(
      '--due-before <time>',
      'only items with a deadline before this time, such as 14:30, or 1h for an hour ago',
    )
    .option('--due-after <time>', 'only items with a deadline at this time or later')
    .option('--registered-before <time>', 'only items first registered before this time')
    .option('--registered-after <time>', 'only items first registered at this time or later');
}

/** Gathers the values of an option that is repeated. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
