import { timeoutMs } from '../../../core/contract/timeout.ts';
import type { Context } from '../context.ts';
import type { ItemOptions } from '../item-options.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';
import { UsageError } from '../usage-error.ts';

/** Moves the deadline of items. */
export async function extend(context: Context, timeout: string, options: ItemOptions): Promise<void> {
  if (timeoutMs(timeout) === undefined) {
    throw new UsageError(
      `the duration must be like 90s, 15m, 1h30m or PT15M; received ${JSON.stringify(timeout)}`,
    );
  }
  const named = namedItem(context, options);
  await workOnItems(context, named, {
    call: (client, workflow, item) =>
      client.progress(workflow, item, { timeout }, { ...named.only, signal: context.signal }),
    operation: (item) => ({ op: 'progress', item, timeout, ...named.only }),
    text: ({ deadline }) => `deadline ${deadline}`,
  });
}
