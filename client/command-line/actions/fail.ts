import { text } from 'node:stream/consumers';
import { reasonText } from '../../../core/contract/reason-text.ts';
import type { Context } from '../context.ts';
import type { FailOptions } from '../item-options.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';
import { UsageError } from '../usage-error.ts';

/** Reports items as failed. */
export async function fail(context: Context, { reason, type, exit, ...options }: FailOptions): Promise<void> {
  if (exit !== undefined && !(/^\d{1,3}$/.test(exit) && Number(exit) <= 255)) {
    throw new UsageError(`--exit must be 0 to 255; received ${JSON.stringify(exit)}`);
  }
  const named = namedItem(context, options);
  const output = reason ?? (await outputOf(context, named.item));
  const failed = {
    reason: reasonText(output, exit === undefined ? undefined : Number(exit)),
    ...(type !== undefined && { type }),
  };
  await workOnItems(context, named, {
    call: (client, workflow, item) =>
      client.progress(workflow, item, { failed }, { ...named.only, signal: context.signal }),
    operation: (item) => ({ op: 'progress', item, failed, ...named.only }),
    text: ({ attempt }) => `failed in attempt ${attempt}`,
  });
}

/** The output of the job, from standard input. A terminal is not read: a job must not wait for somebody to type. */
async function outputOf({ stdin }: Context, item: string): Promise<string> {
  if (item === '-')
    throw new UsageError('-i - reads standard input, so the reason must be given with --reason');
  if (stdin.isTTY)
    throw new UsageError('say why with --reason, or pipe what the job printed to standard input');
  return text(stdin);
}
