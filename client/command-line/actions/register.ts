import type { Context } from '../context.ts';
import { workOnItems } from '../items.ts';
import { namedItem } from '../named-item.ts';
import { registrationOf } from '../registration.ts';
import type { RegisterOptions } from '../registration-options.ts';
import { UsageError } from '../usage-error.ts';

/** Registers items. */
export async function register(context: Context, options: RegisterOptions): Promise<void> {
  if (options.item === '-' && options.data === '-') {
    throw new UsageError('-i - and --data - both read standard input', 'Use --data-file for the data.');
  }
  if (options.item === undefined)
    throw new UsageError(
      'name the item with -i',
      'With -i - the ids are read from standard input, one a line.',
    );
  const named = namedItem(context, options);
  const registration = await registrationOf(context, options);
  await workOnItems(context, named, {
    call: async (client, workflow, item) => {
      const reply = await client.register(workflow, item, registration);
      if (reply.hint !== undefined) context.warn(reply.hint);
      return reply;
    },
    operation: (item) => ({ op: 'register', ...registration, item }),
    text: ({ outcome, state, deadline, ignored = [] }) => {
      const without = ignored.length === 0 ? '' : `; no effect: ${ignored.join(', ')}`;
      return `${outcome}, ${state}, deadline ${deadline}${without}`;
    },
  });
}
