import { durationText } from '../../../core/contract/duration-text.ts';
import type { Context } from '../context.ts';
import type { ItemOptions } from '../item-options.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';

/** Completes items. */
export async function complete(context: Context, options: ItemOptions): Promise<void> {
  const named = namedItem(context, options);
  await workOnItems(context, named, {
    call: (client, workflow, item) =>
      client.complete(workflow, item, { ...named.only, signal: context.signal }),
    operation: (item) => ({ op: 'complete', item, ...named.only }),
    text: ({ outcome, tookMs, lateByMs }) => {
      const late = lateByMs === undefined ? '' : `, ${durationText(lateByMs)} after its deadline`;
      return `completed ${outcome} after ${durationText(tookMs)}${late}`;
    },
  });
}
