import type { Clock } from '../../core/clock.ts';
import type { Disturbances } from './disturbances.ts';

/** What the services follow. It changes from one history to the next, so they ask for it each time. */
export interface Around {
  clock: Clock;
  random: () => number;
  disturbances: Disturbances;
}
