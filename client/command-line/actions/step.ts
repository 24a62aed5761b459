import type { Context } from '../context.ts';
import type { ItemOptions } from '../item-options.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';

/** Records the step that items have reached. */
export async function step(context: Context, name: string, options: ItemOptions): Promise<void> {
  const named = namedItem(context, options);
  await workOnItems(context, named, {
    call: (client, workflow, item) =>
      client.progress(workflow, item, { step: name }, { ...named.only, signal: context.signal }),
    operation: (item) => ({ op: 'progress', item, step: name, ...named.only }),
    text: ({ deadline }) => `reached ${name}, deadline ${deadline}`,
  });
}
