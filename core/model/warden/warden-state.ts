import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';

/** When the warden itself was away, and until when what passed its deadline meanwhile may still be completed. */
export const WardenOutage = z.object({ from: Instant, to: Instant, graceUntil: Instant });
export type WardenOutage = z.infer<typeof WardenOutage>;

/** That the sweep runs, in the registry table under kind `warden`. */
export const Heartbeat = z.object({
  /** When a sweep last came to its end. */
  sweptAt: Instant,
  outage: z.optional(WardenOutage),
  /** The workflow that a sweep without enough time got to. */
  sweptTo: z.optional(z.string()),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The item that is registered again and again so that its expiry proves the path of real timers. */
export const CanaryState = z.object({
  item: z.string(),
  armedAt: Instant,
  firstArmedAt: Instant,
  seenAt: z.optional(Instant),
  delayMs: z.optional(z.number()),
});
export type CanaryState = z.infer<typeof CanaryState>;
