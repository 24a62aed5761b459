import type { PublishedNotification } from '../core/contract/digest.ts';
import type { ItemEvent } from '../core/contract/item-event.ts';
import type { RedriveMessage } from '../core/contract/redrive.ts';
import type { TimerFate } from './history/history.ts';
import type { Request } from './history/request.ts';

/** The parts of a reply that callers see. */
export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the model finds out what a reply has
  json: any;
  /** The header with the address of the next page. */
  link?: string;
}

/** A request and its outcome. Times are real times in ms since the epoch, even if the clocks differed. */
export interface Asked {
  number: number;
  request: Request;
  at: number;
  /** When the reply arrived, or nothing of the request could happen any more. */
  end: number;
  /** Undefined if the caller never learned it. */
  reply: Reply | undefined;
  /** A fault happened while the request was handled. */
  isFaulted: boolean;
  /** It was sent in an outage, and nothing of it was done. */
  isUnheard?: boolean;
  /** Of a message to the ingest queue: when the function first said that all of it was carried out. */
  handledAt?: number;
  /** The id of the token with which it was sent, or that it is about. */
  token?: string;
}

/** A run of a function that nobody waits for. */
export interface Ran {
  name: 'sweep' | 'check-timers' | 'run-redrives' | 'ingest';
  at: number;
  end: number;
  /** It ran to its end, without a fault. */
  isWhole: boolean;
  isFaulted: boolean;
  error: unknown;
}

/** `since`: when the function began that published it. */
export type Published = { at: number; since: number } & (
  | { topic: 'people'; message: PublishedNotification }
  | { topic: 'machines'; message: ItemEvent }
  | { topic: 'upstream'; message: RedriveMessage }
);

/** A timer that was armed, and how it fired. */
export interface ArmedTimer {
  workflow: string;
  items: readonly string[];
  /** When it was to fire, in ms since the epoch. */
  at: number;
  fires: TimerFate['fires'];
}

/** All that happened in a history, as it could be seen from outside. */
export class Ledger {
  readonly asked: Asked[] = [];
  readonly ran: Ran[] = [];
  readonly published: Published[] = [];
  readonly timers: ArmedTimer[] = [];
  /** When no function ran. */
  readonly outages: { from: number; to: number }[] = [];
  /** Items whose records were made unreadable, and when. */
  readonly damaged: { workflow: string; item: string; at: number }[] = [];
  /** Attributes that the records of completed items have in the end. */
  readonly receipts: { item: string; attributes: string[] }[] = [];
  /** Processes that ended before they could write all of their counts. */
  killed = 0;
  /** Workflows whose counts may have been written twice: the reply to the first time was lost. */
  readonly countedTwice = new Set<string>();
  /** When all processes had written their counts, in the end. */
  countedAt = Number.POSITIVE_INFINITY;
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

  /** Whether no function runs. */
  isOut(now: number): boolean {
    return this.outages.some(({ from, to }) => from <= now && now < to);
  }

  /** Counts a fault. */
  count(what: string): void {
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
  }
}
