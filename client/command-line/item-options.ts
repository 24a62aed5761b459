import type { Command } from 'commander';

/** The options that name the item of a command. */
export interface ItemOptions {
  workflow?: string;
  item?: string;
  run?: string;
}

/** `-w`, `-i` and `--run`. The action resolves them by `namedItem`. */
export function addItemOptions(command: Command): Command {
  return command
    .option('-w, --workflow <workflow>', 'workflow of the item (WARDEN_WORKFLOW)')
    .option(
      '-i, --item <id>',
      'id of the item; - reads ids from standard input, one a line (WARDEN_ITEM in `warden run`)',
    )
    .option('--run <run>', 'act only if the item is in this run (WARDEN_RUN for the item of `warden run`)');
}

export interface FailOptions extends ItemOptions {
  reason?: string;
  type?: string;
  exit?: string;
}
