import type { ItemRequest, Request } from '../history/request.ts';
import { isAboutItem } from '../history/request.ts';
import type { Asked, Published } from '../ledger.ts';
import { itemNumber, runName } from '../world/names.ts';
import { mostSkewMs } from './times.ts';

/** A request about one item: alone, in a batch or in a message, or a place in a list. */
export type ItemAsked = Asked & {
  request: ItemRequest;
  /** It shows the item without its data. */
  isSummary?: true;
  /** It came in a message, which a queue may deliver several times. */
  isMessage?: true;
};

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
  /** No reply showed it: its request was carried out, and the deadline is right except for the difference of clocks. */
  isInferred?: true;
  run: string | undefined;
}

/** The requests to items that this request is. */
export function itemsAsked(asked: Asked): ItemAsked[] {
  const { request, reply } = asked;
  if (isAboutItem(request)) return [asked as ItemAsked];
  if (request.ask === 'list' && reply?.status === 200) return listed(asked, reply.json.items);
  if (request.ask === 'walk' && reply?.status === 200)
    return pagesOf(asked).flatMap(({ at, end, items }) => listed({ ...asked, at, end }, items));
  if (!('operations' in request)) return [];
  return request.operations.map((operation, index): ItemAsked => {
    const result = reply?.json?.results?.[index];
    return {
      ...asked,
      request: operation,
      reply: result ? { status: result.status, json: result } : reply,
      ...(request.ask === 'ingest' && { isMessage: true }),
    };
  });
}

/** A page of a walk. */
interface Page {
  at: number;
  end: number;
  items: { item: string; data?: unknown }[];
}

export function pagesOf({ reply }: Asked): Page[] {
  return reply?.json.pages;
}

/** A list shows the same of its items as reading each of them. */
function listed(asked: Asked, items: readonly { item: string }[]): ItemAsked[] {
  const { request } = asked;
  const isSummary = !(request.ask === 'walk' && request.format === 'jsonl');
  return items.map(
    (json): ItemAsked => ({
      ...asked,
      request: { ask: 'read', workflow: request.workflow, item: itemNumber(json.item) },
      reply: { status: 200, json },
      ...(isSummary && { isSummary }),
    }),
  );
}

/** The item that only a message has registered: there was no other request about it before. */
export function sightingByMessage(asked: readonly ItemAsked[]): Sighting | undefined {
  const by = asked.find(mayChange);
  const { request, at, handledAt } = by ?? {};
  if (request?.ask !== 'register' || at === undefined || handledAt === undefined) return undefined;
  const { run, timeout, age = 0 } = request;
  if (asked.some((one) => one !== by && mayChange(one) && one.at <= handledAt)) return undefined;
  return {
    by,
    at,
    end: handledAt,
    state: 'waiting',
    attempt: 1,
    startedAt: undefined,
    deadline: at + (timeout - age) * 1_000,
    isInferred: true,
    run: runName(run),
  };
}

/** The deadline is not before this, in ms since the epoch. */
export function leastDeadline({ deadline, isInferred }: Sighting): number {
  return isInferred ? deadline - mostSkewMs : deadline;
}

export function sightingIn(by: ItemAsked): Sighting | undefined {
  const { request, reply, at, end } = by;
  if (reply === undefined || reply.status >= 300) return undefined;
  const { attempt, startedAt, deadline, run } = reply.json;
  const state = request.ask === 'complete' ? 'completed' : reply.json.state;
  return { by, at, end, state, attempt, startedAt, deadline: Date.parse(deadline ?? ''), run };
}

/**
 * The item was waiting while the function ran that published this. If its deadline had passed by then, it may have been
 * overdue already.
 */
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
  // A completion whose reply was lost is retried, and without a receipt finds nothing.
  if (reply.status >= 400) return isFaulted;
  if (request.ask !== 'register') return true;
  // A call whose reply was lost is retried, and then finds its own change.
  return ['created', 'restarted', ...(isFaulted ? ['unchanged'] : [])].includes(reply.json.outcome);
}

/** Whether both are about the same attempt, as far as that is known. */
export function isSameAttempt(
  one: Pick<Sighting, 'attempt' | 'startedAt'>,
  other: Pick<Sighting, 'attempt' | 'startedAt'>,
): boolean {
  const isSame =
    one.startedAt === undefined || other.startedAt === undefined || one.startedAt === other.startedAt;
  return one.attempt === other.attempt && isSame;
}

/** The registration that began the attempt of this sighting, if its reply is the sighting. */
export function registrationOf({ by }: Sighting): Extract<ItemRequest, { ask: 'register' }> | undefined {
  const isBegun = ['created', 'restarted'].includes(by?.reply?.json?.outcome);
  return isBegun && by?.request.ask === 'register' ? by.request : undefined;
}
