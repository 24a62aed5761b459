import * as z from 'zod/mini';
import { ItemId, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** What a timer puts on the expired-timers queue. `timer` is its schedule's name, so that an item knows its own. */
export const TimerMessage = z.strictObject({
  workflow: WorkflowName,
  item: ItemId,
  timer: z.string().check(z.regex(/^[0-9A-Za-z_.-]{1,64}$/)),
  /** When it was armed. Just after that, the item that it is for may still be on its way to the table. */
  armedAt: Instant,
});
export type TimerMessage = z.infer<typeof TimerMessage>;
