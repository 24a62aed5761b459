import type { Clock } from '../../core/clock.ts';
import type { Disturbances } from './disturbances.ts';

/**
 * The clock and options that the services follow. They change from one history to the next, so the services ask for
 * them each time.
 */
export interface Around {
  clock: Clock;
  random: () => number;
  disturbances: Disturbances;
}
