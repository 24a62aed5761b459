import type { ItemRequest, Request } from '../history/request.ts';
import { isAboutItem } from '../history/request.ts';
import type { Asked, Published } from '../ledger.ts';

/** A request about one item, alone or in a batch. */
export type ItemAsked = Asked & { request: ItemRequest };

/** An item as it was seen, at some time between `at` and `end`. */
export interface Sighting {
  /** The request whose reply showed it; undefined for the message of a redrive. */
  by: ItemAsked | undefined;
  at: number;
  end: number;
  state: 'waiting' | 'overdue' | 'failed' | 'completed';
  attempt: number;
  startedAt: string | undefined;
  /** Ms since the epoch. */
  deadline: number;
  run: string | undefined;
}

/** The requests to items that this request is. */
export function itemsAsked(asked: Asked): ItemAsked[] {
  const { request, reply } = asked;
  if (isAboutItem(request)) return [asked as ItemAsked];
  if (request.ask !== 'batch') return [];
  return request.operations.map((operation, index): ItemAsked => {
    const result = reply?.json?.results?.[index];
    return { ...asked, request: operation, reply: result ? { status: result.status, json: result } : reply };
  });
}

export function sightingIn(by: ItemAsked): Sighting | undefined {
  const { request, reply, at, end } = by;
  if (reply === undefined || reply.status >= 300) return undefined;
  const { attempt, startedAt, deadline, run } = reply.json;
  const state = request.ask === 'complete' ? 'completed' : reply.json.state;
  return { by, at, end, state, attempt, startedAt, deadline: Date.parse(deadline ?? ''), run };
}

/** The item was waiting while the function ran that published this. */
export function sightingInMessage({
  since,
  at,
  message,
}: Extract<Published, { topic: 'upstream' }>): Sighting {
  const { attempt, deadline, run } = message;
  return {
    by: undefined,
    at: since,
    end: at,
    state: 'waiting',
    attempt,
    startedAt: undefined,
    deadline: Date.parse(deadline),
    run,
  };
}

/** Whether the request may have changed how an item is watched. */
export function mayChange({
  request,
  reply,
  isFaulted,
  isUnheard,
}: { request: Request } & Pick<Asked, 'reply' | 'isFaulted' | 'isUnheard'>): boolean {
  if (request.ask === 'read' || isUnheard) return false;
  if (reply === undefined || reply.status >= 500) return true;
  // A completion whose reply was lost is tried again, and without a receipt finds nothing.
  if (reply.status >= 400) return isFaulted;
  if (request.ask !== 'register') return true;
  // A call whose reply was lost is tried again, and then finds what it did itself.
  return ['created', 'restarted', ...(isFaulted ? ['unchanged'] : [])].includes(reply.json.outcome);
}

/** Whether both are about the same attempt, as far as can be told. */
export function isSameAttempt(
  one: Pick<Sighting, 'attempt' | 'startedAt'>,
  other: Pick<Sighting, 'attempt' | 'startedAt'>,
): boolean {
  const isSame =
    one.startedAt === undefined || other.startedAt === undefined || one.startedAt === other.startedAt;
  return one.attempt === other.attempt && isSame;
}
