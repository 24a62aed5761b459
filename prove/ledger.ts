import type { PublishedNotification } from '../core/contract/digest.ts';
import type { ItemEvent } from '../core/contract/item-event.ts';
import type { RedriveMessage } from '../core/contract/redrive.ts';
import type { Request } from './history/history.ts';

/** What callers see of a reply. */
export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a reply holds is what the model finds out
  json: any;
}

/** A request, and what became of it. Times are real ones in ms since the epoch, whatever the clocks showed. */
export interface Asked {
  number: number;
  request: Request;
  at: number;
  /** When the reply arrived, or nothing of the request could happen any more. */
  end: number;
  /** Undefined if the caller never learned it. */
  reply: Reply | undefined;
  /** Something was made to go wrong while the request was handled. */
  isFaulted: boolean;
}

/** A run of a function that nobody waits for. */
export interface Ran {
  name: 'sweep' | 'check-timers' | 'run-redrives';
  at: number;
  end: number;
  /** It came to its end, and nothing was made to go wrong. */
  isWhole: boolean;
  isFaulted: boolean;
  error: unknown;
}

export type Published = { at: number } & (
  | { topic: 'people'; message: PublishedNotification }
  | { topic: 'machines'; message: ItemEvent }
  | { topic: 'upstream'; message: RedriveMessage }
);

/** All that happened in a history, as it could be seen from outside. */
export class Ledger {
  readonly asked: Asked[] = [];
  readonly ran: Ran[] = [];
  readonly published: Published[] = [];
  /** Lines of the log. */
  readonly logged: string[] = [];
  /** How often each kind of fault happened. */
  readonly faults = new Map<string, number>();
  calls = 0;
  readonly begunAt: number;
  endedAt: number;

  /** @param begunAt ms since the epoch */
  constructor(begunAt: number) {
    this.begunAt = begunAt;
    this.endedAt = begunAt;
  }

  /** Counts a fault. */
  count(what: string): void {
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
  }
}
