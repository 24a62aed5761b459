import type { Command } from 'commander';

/** The options of `run` and `register`: how to watch an item, and facts about it. */
export interface RegistrationOptions {
  timeout?: string;
  data?: string;
  dataFile?: string;
  step?: string;
  tag?: string[];
  startBy?: string;
  warnAfter?: string;
  stuckAfter?: string;
  restart?: boolean;
}

export function addRegistrationOptions(command: Command): Command {
  return command
    .option(
      '--timeout <duration>',
      'how long the work may take, such as 90s, 30m or PT2H; by default the timeout of the workflow',
    )
    .option('--data <json>', 'data that is needed to resume the work; - reads standard input')
    .option('--data-file <file>', 'file that holds the data as JSON')
    .option('--step <step>', 'step that the work has reached')
    .option('--tag <key=value>', 'tag of the item; may be repeated', collect)
    .option(
      '--start-by <duration>',
      'when the first step must have been reported: a duration or an ISO 8601 instant',
    )
    .option('--warn-after <duration>', 'warn if the work is not done after this time')
    .option('--stuck-after <duration>', 'warn if the reported progress stays the same for longer')
    .option('--restart', 'start a new attempt even if another run of the item is being watched');
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export interface RunOptions extends RegistrationOptions {
  workflow?: string;
  item?: string;
  extend: boolean;
  requireWatch?: boolean;
  reasonFromStderr?: string;
}

export interface RegisterOptions extends RegistrationOptions {
  workflow?: string;
  item?: string;
  run?: string;
  deadline?: string;
}
