import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';

/** An outage of the warden itself, and the end of the grace period for items whose deadline fell in it. */
export const WardenOutage = z.object({ from: Instant, to: Instant, graceUntil: Instant });
export type WardenOutage = z.infer<typeof WardenOutage>;

/** The record that the sweep runs, in the registry table under the kind `warden`. */
export const Heartbeat = z.object({
  /** When a sweep last ended. */
  sweptAt: Instant,
  outage: z.optional(WardenOutage),
  /** The workflow at which a sweep ran out of time. */
  sweptTo: z.optional(z.string()),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The item that is registered again and again to prove that real timers work. */
export const CanaryState = z.object({
  item: z.string(),
  armedAt: Instant,
  firstArmedAt: Instant,
  seenAt: z.optional(Instant),
  delayMs: z.optional(z.number()),
});
export type CanaryState = z.infer<typeof CanaryState>;
