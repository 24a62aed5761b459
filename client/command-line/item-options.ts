import { type Command, Option } from 'commander';

/** Which item a command is about. Inside `warden run` the variables name it. */
export interface ItemOptions {
  workflow?: string;
  item?: string;
  run?: string;
}

/** `-w`, `-i` and `--run`, for commands that work on an item. The action asks `wantedItems` for what they mean. */
export function addItemOptions(command: Command): Command {
  return command
    .addOption(new Option('-w, --workflow <workflow>', 'workflow of the item').env('WARDEN_WORKFLOW'))
    .addOption(
      new Option('-i, --item <id>', 'id of the item; - reads ids from standard input, one a line').env(
        'WARDEN_ITEM',
      ),
    )
    .addOption(new Option('--run <run>', 'act only if the item is in this run').env('WARDEN_RUN'));
}
