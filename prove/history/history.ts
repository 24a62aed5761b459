import type { Fault } from '../world/fault.ts';
import type { Request } from './request.ts';

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
  /** An earlier request arrives again, as in networks and queues. */
  | { does: 'repeat'; which: number }
  /** The fault of the next run of this function. */
  | { does: 'fault'; of: 'sweep' | 'check-timers' | 'run-redrives' | 'ingest'; fault: Fault }
  | { does: 'timer'; which: number; fate: TimerFate }
  /** No function runs for this many milliseconds: nobody gets a reply. */
  | { does: 'outage'; ms: number }
  /** The record of an item is made unreadable. */
  | { does: 'damage'; workflow: number; item: number }
  /** In this many workflows, items are due at the same time. */
  | { does: 'storm'; workflows: number; items: number; timeout: number }
);

export interface History {
  happenings: Happening[];
  /** Milliseconds by which the clocks of functions are ahead or behind, in turn. */
  skews: number[];
  /** Milliseconds until an index shows a write, at most. */
  lagMs: number;
  /** The most rows that a query reads at once, at least 2; 0 for as many as DynamoDB usually reads. */
  pageRows: number;
  /** The share of messages that SNS refuses in a batch that it accepts, from 0 to 1. */
  rejects: number;
  /** How late the first sweep is, in milliseconds. */
  sweepAt: number;
  /** Every number that the world draws follows from it: how long calls take. */
  seed: number;
}
