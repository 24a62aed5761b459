import type { Fault } from '../world/fault.ts';

/** A request to one item, or about a workflow. Items, workflows and runs are known by small numbers. */
export type Request = { workflow: number } & (
  | {
      ask: 'register';
      item: number;
      run?: number | undefined;
      /** Seconds. */
      timeout: number;
      restart?: boolean | undefined;
      /** The text in the item's data. No two requests have the same one. */
      data?: number | undefined;
    }
  | { ask: 'progress'; item: number; timeout?: number; step?: string; data?: number; run?: number }
  | { ask: 'fail'; item: number; run?: number }
  | { ask: 'complete'; item: number; run?: number }
  | { ask: 'read'; item: number }
);

/** How a timer fires. */
export type TimerFate =
  | { fires: 'on time' }
  | { fires: 'never' }
  | { fires: 'late' | 'early' | 'twice'; ms: number };

/** Something that happens in a history. `after`: milliseconds since the event before it; 0 is at the same time. */
export type Happening = { after: number } & (
  | {
      does: 'request';
      request: Request;
      fault?: Fault | undefined;
      /** The caller sends it again until there is a reply. */
      isRetried: boolean;
    }
  /** An earlier request arrives again, as networks and queues do it. */
  | { does: 'repeat'; which: number }
  /** What goes wrong in the next run of this function. */
  | { does: 'fault'; of: 'sweep' | 'check-timers' | 'run-redrives'; fault: Fault }
  | { does: 'timer'; which: number; fate: TimerFate }
);

export interface History {
  happenings: Happening[];
  /** Milliseconds by which the clocks of functions are ahead or behind, in turn. */
  skews: number[];
  /** How late the first sweep is, in milliseconds. */
  sweepAt: number;
  /** Every number that the world draws follows from it: how long calls take. */
  seed: number;
}
