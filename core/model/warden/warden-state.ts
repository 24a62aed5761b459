import * as z from 'zod/mini';
import { CanaryDelay } from '../../contract/health.ts';
import { Instant } from '../../contract/time.ts';

/** An outage of the warden itself, and the end of the grace period for items whose deadline fell in it. */
export const WardenOutage = z.object({ from: Instant, to: Instant, graceUntil: Instant });
export type WardenOutage = z.infer<typeof WardenOutage>;

/** The latest outages, oldest first. Their time does not count for expected registrations. */
export const OutagesRecord = z.object({ outages: z.array(z.object({ from: Instant, to: Instant })) });
export type PastOutage = z.infer<typeof OutagesRecord>['outages'][number];

/** The record that the sweep runs, in the registry table under the kind `warden`. */
export const Heartbeat = z.object({
  /** When a sweep last ended. */
  sweptAt: Instant,
  outage: z.optional(WardenOutage),
  /** The last restart of a warden that is one process. Too short for an outage, and nobody is notified of it. */
  restart: z.optional(WardenOutage),
  /** The workflow at which a sweep ran out of time, and the same among the workflows with an open incident. */
  sweptTo: z.optional(z.string()),
  openSweptTo: z.optional(z.string()),
  /** The ending incident at which a sweep ran out of time. */
  endingsSweptTo: z.optional(z.string()),
  /** Since when no sweep had time for all workflows. */
  unfinishedSince: z.optional(Instant),
  /** Workflows whose expected registrations the last sweep could not judge. */
  unjudged: z.optional(z.int()),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** Where the next sweep continues. A missing name means at the beginning. */
export interface SweepPosition {
  sweptTo?: string | undefined;
  openSweptTo?: string | undefined;
  endingsSweptTo?: string | undefined;
}

/** The item that is registered again and again to prove that real timers work. */
export const CanaryState = z.object({
  item: z.string(),
  armedAt: Instant,
  firstArmedAt: Instant,
  seenAt: z.optional(Instant),
  delayMs: z.optional(z.number()),
  /** The delays of the last canaries, oldest first. */
  recent: z.optional(z.array(CanaryDelay)),
});
export type CanaryState = z.infer<typeof CanaryState>;
