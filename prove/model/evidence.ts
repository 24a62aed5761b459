import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import type { Asked, Ledger } from '../ledger.ts';
import { itemName, workflowName } from '../world/names.ts';

/** The clocks of functions are this far from the real time at most, in milliseconds. */
export const mostSkewMs = 5_000;
/** A timer counts as lost this long after its item should have been checked, in milliseconds. */
const lostAfterMs = 120_000;

/** An item as a reply showed it, at some time between the request and the reply. */
export interface Sighting {
  by: Asked;
  at: number;
  end: number;
  state: 'waiting' | 'overdue' | 'failed' | 'completed';
  attempt: number;
  startedAt: string | undefined;
  /** Ms since the epoch. */
  deadline: number;
}

export interface Item {
  workflow: string;
  item: string;
  /** All requests about it, in order of time. */
  asked: Asked[];
  sightings: Sighting[];
  events: { at: number; event: ItemEvent }[];
}

/** A promise that was broken. */
export interface Broken {
  /** The promise: P1 to P9. */
  promise: string;
  kind: 'missed' | 'false' | 'doubled' | 'lost' | 'wrong';
  text: string;
}

/** A notification, alone or in a digest. */
export type Told = { at: number } & Pick<
  Notification,
  'id' | 'sequence' | 'event' | 'kind' | 'incident' | 'workflow'
> & { items: Notification['items']; isDigested: boolean };

/** The ledger, ordered by what it is about. */
export class Evidence {
  readonly ledger: Ledger;
  readonly items: Item[];
  readonly told: Told[];

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    const items = new Map<string, Item>();
    const itemOf = (workflow: string, item: string) => {
      const key = `${workflow}/${item}`;
      const found = items.get(key) ?? { workflow, item, asked: [], sightings: [], events: [] };
      items.set(key, found);
      return found;
    };
    for (const asked of ledger.asked.flatMap(alone)) {
      const { workflow, item } = asked.request;
      const about = itemOf(workflowName(workflow), itemName(item));
      about.asked.push(asked);
      const sighting = sightingIn(asked);
      if (sighting) about.sightings.push(sighting);
    }
    for (const one of ledger.published) {
      if (one.topic === 'machines')
        itemOf(one.message.workflow, one.message.item).events.push({ at: one.at, event: one.message });
    }
    this.items = [...items.values()];
    this.told = ledger.published.flatMap((one) =>
      one.topic === 'people' ? toldIn(one.at, one.message) : [],
    );
  }

  /** When an item that nobody completes must have been noticed at the latest, if it is due at this time. */
  noticedBy(due: number): number {
    return this.sweptAfter(due + lostAfterMs + 2 * mostSkewMs);
  }

  /** When two sweeps have begun and ended after this time; infinity if there were none. */
  sweptAfter(time: number): number {
    const sweeps = this.ledger.ran.filter(
      ({ name, at, isWhole }) => name === 'sweep' && isWhole && at >= time,
    );
    return sweeps.map(({ end }) => end).sort((a, b) => a - b)[1] ?? Number.POSITIVE_INFINITY;
  }
}

/** Whether the request may have changed how an item is watched. */
export function mayChange({ request, reply }: Asked): boolean {
  if (request.ask === 'read') return false;
  if (reply === undefined || reply.status >= 500) return true;
  if (reply.status >= 400) return false;
  return request.ask !== 'register' || reply.json.outcome === 'created' || reply.json.outcome === 'restarted';
}

/**
 * From when on the item may be other than in the sighting because of somebody's request: infinity if there was none.
 */
export function unchangedUntil({ asked }: Item, { by, at }: Sighting): number {
  const later = asked.filter((one) => one !== by && mayChange(one) && one.end >= at);
  return Math.min(Number.POSITIVE_INFINITY, ...later.map((one) => one.at));
}

function sightingIn(by: Asked): Sighting | undefined {
  const { request, reply, at, end } = by;
  if (reply === undefined || reply.status >= 300) return undefined;
  const { attempt, startedAt, deadline } = reply.json;
  const state = request.ask === 'complete' ? 'completed' : reply.json.state;
  return { by, at, end, state, attempt, startedAt, deadline: Date.parse(deadline ?? '') };
}

type Published = Extract<Ledger['published'][number], { topic: 'people' }>['message'];

function toldIn(at: number, message: Published): Told[] {
  if (message.event !== 'digest') return [{ ...message, at, isDigested: false }];
  return message.incidents.map(({ notification: id, ...part }) => ({
    ...part,
    id,
    at,
    items: [],
    isDigested: true,
  }));
}
