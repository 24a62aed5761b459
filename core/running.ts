import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What every function has in addition to its own service. */
export interface Running {
  clock: Clock;
  log: Log;
  /** Lets callers in without authentication. Only the local service sets it, never Lambda. */
  access?: 'open';
}
