import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { ItemId, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** The workflow of canaries (core/operations/watch/canary.ts). No caller can name it. */
export const canaryWorkflow = '~canary';

/** What a timer puts on the expired-timers queue. `timer` is its schedule's name, so that an item knows its own. */
export const TimerMessage = z.strictObject({
  /** Of a canary, one that no caller can name. */
  workflow: z.union([WorkflowName, z.literal(canaryWorkflow)]),
  item: z.optional(ItemId),
  /** Instead of `item`: several that were armed together. */
  items: z.optional(z.array(ItemId).check(z.minLength(1), z.maxLength(limits.batchOperations))),
  timer: z.string().check(z.regex(/^[0-9A-Za-z_.-]{1,64}$/)),
  /** When it was armed. Just after that, the item that it is for may still be on its way to the table. */
  armedAt: Instant,
});
export type TimerMessage = z.infer<typeof TimerMessage>;

/** The items that a timer is for. */
export function itemsOf({ item, items = [] }: TimerMessage): string[] {
  return item === undefined ? items : [item, ...items];
}
