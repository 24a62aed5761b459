import type { Context } from './context.ts';
import { checkItem } from './item-names.ts';
import type { ItemOptions } from './item-options.ts';
import { UsageError } from './usage-error.ts';

/** The item that a command is about. */
export interface NamedItem {
  workflow: string;
  /** `-` stands for the ids on standard input. */
  item: string;
  /** The run that the call is about, as options of the client. */
  only: { run?: string };
}

/**
 * The item that the options name, or in a command of `warden run` the variables: its run only together with its id,
 * because an item that is named by `-i` has another run. Throws a UsageError.
 */
export function namedItem({ env }: Pick<Context, 'env'>, options: ItemOptions): NamedItem {
  const workflow = namedWorkflow({ env }, options);
  const item = options.item ?? env.WARDEN_ITEM;
  if (item === undefined) {
    throw new UsageError(
      'name the item with -i',
      'With -i - the ids are read from standard input, one a line.',
    );
  }
  if (item !== '-') checkItem(workflow, item);
  const run = options.run ?? (options.item === undefined ? env.WARDEN_RUN : undefined);
  return { workflow, item, only: run === undefined ? {} : { run } };
}

/** The workflow of `-w` or of WARDEN_WORKFLOW. Throws a UsageError. */
export function namedWorkflow({ env }: Pick<Context, 'env'>, { workflow }: { workflow?: string }): string {
  const name = workflow ?? env.WARDEN_WORKFLOW;
  if (name === undefined) throw new UsageError('name the workflow with -w or WARDEN_WORKFLOW');
  return name;
}
