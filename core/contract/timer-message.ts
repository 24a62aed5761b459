import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { ItemId, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** The workflow of canaries (core/operations/watch/canary.ts). No caller can name it. */
export const canaryWorkflow = '~canary';

/**
 * The message that a timer puts on the expired-timers queue. `timer` is the name of its schedule, so an item knows
 * its own timer.
 */
export const TimerMessage = z.strictObject({
  /** For a canary, a workflow that no caller can name. */
  workflow: z.union([WorkflowName, z.literal(canaryWorkflow)]),
  item: z.optional(ItemId),
  /** Instead of `item`: several items that share the timer. */
  items: z.optional(z.array(ItemId).check(z.minLength(1), z.maxLength(limits.batchOperations))),
  timer: z.string().check(z.regex(/^[0-9A-Za-z_.-]{1,64}$/)),
  /** When the timer was armed. Just after that its item may not be written yet. */
  armedAt: Instant,
});
export type TimerMessage = z.infer<typeof TimerMessage>;

/** The items that a timer is for. */
export function itemsOf({ item, items = [] }: TimerMessage): string[] {
  return item === undefined ? items : [item, ...items];
}
