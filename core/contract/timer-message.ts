import * as z from 'zod/mini';
import { ItemId, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** The workflow of canaries (core/operations/canary.ts). No caller can name it. */
export const canaryWorkflow = '~canary';

/** What a timer puts on the expired-timers queue. `timer` is its schedule's name, so that an item knows its own. */
export const TimerMessage = z.strictObject({
  /** Of a canary, one that no caller can name. */
  workflow: z.union([WorkflowName, z.literal(canaryWorkflow)]),
  item: ItemId,
  timer: z.string().check(z.regex(/^[0-9A-Za-z_.-]{1,64}$/)),
  /** When it was armed. Just after that, the item that it is for may still be on its way to the table. */
  armedAt: Instant,
});
export type TimerMessage = z.infer<typeof TimerMessage>;
