import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What every function has besides its own service. */
export interface Running {
  clock: Clock;
  log: Log;
  /** Lets callers in without asking who they are. Never so on Lambda: only the local service says it. */
  access?: 'open';
}
