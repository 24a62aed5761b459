import type { Context } from '../context.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';
import type { StepOptions } from '../options/step.ts';
import { UsageError } from '../usage-error.ts';

/** Records the step that items have reached, and how far they are. Throws a UsageError if neither is given. */
export async function step(context: Context, name: string | undefined, options: StepOptions): Promise<void> {
  const { progress, timeout } = options;
  if (name === undefined && progress === undefined) {
    throw new UsageError('neither a step nor --progress was given', 'Give a name, --progress, or both.');
  }
  const named = namedItem(context, options);
  const body = {
    ...(name !== undefined && { step: name }),
    ...(progress !== undefined && { progress }),
    ...(timeout !== undefined && { timeout }),
  };
  const what = name === undefined ? `at ${progress}` : `reached ${name}`;
  await workOnItems(context, named, {
    call: (client, workflow, item) =>
      client.progress(workflow, item, body, { ...named.only, signal: context.signal }),
    operation: (item) => ({ op: 'progress', item, ...body, ...named.only }),
    text: ({ deadline }) => `${what}, deadline ${deadline}`,
  });
}
