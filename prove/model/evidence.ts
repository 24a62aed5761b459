import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import type { Ledger, Published } from '../ledger.ts';
import { itemName, workflowName } from '../world/names.ts';
import {
  type ItemAsked,
  itemsAsked,
  mayChange,
  type Sighting,
  sightingByMessage,
  sightingIn,
  sightingInMessage,
} from './sighting.ts';
import { graceMs, lostAfterMs, mostSkewMs, outageMs } from './times.ts';
import { Workflow } from './workflow.ts';

/** An item event that was published. */
export interface Heard {
  at: number;
  /** When the function began that published it. */
  since: number;
  event: ItemEvent;
}

export interface Item {
  workflow: Workflow;
  item: string;
  /** All requests about it, in order of time. */
  asked: ItemAsked[];
  sightings: Sighting[];
  heard: Heard[];
}

/** A promise that was broken. */
export interface Broken {
  /** The promise: P1 to P9. */
  promise: string;
  kind: 'missed' | 'false' | 'doubled' | 'lost' | 'wrong';
  text: string;
}

/** A notification, alone or in a digest. */
export type Told = Pick<Published, 'at' | 'since'> &
  Pick<Notification, 'id' | 'sequence' | 'event' | 'kind' | 'incident' | 'workflow' | 'counts'> & {
    message: Extract<Published, { topic: 'people' }>['message'];
  };

/** The ledger, ordered by what it is about. */
export class Evidence {
  readonly ledger: Ledger;
  readonly items: Item[];
  readonly workflows = new Map<string, Workflow>();
  readonly told: Told[];
  readonly #sweeps: { at: number; end: number }[];

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    const sweeps = ledger.ran.filter(({ name, isWhole }) => name === 'sweep' && isWhole);
    this.#sweeps = sweeps.toSorted((a, b) => a.at - b.at);
    const items = new Map<string, Item>();
    const itemOf = (workflow: string, item: string) => {
      const key = `${workflow}/${item}`;
      const found = items.get(key) ?? {
        workflow: this.workflow(workflow),
        item,
        asked: [],
        sightings: [],
        heard: [],
      };
      items.set(key, found);
      return found;
    };
    for (const asked of ledger.asked) this.workflow(workflowName(asked.request.workflow)).asked.push(asked);
    const parts = ledger.asked.flatMap(itemsAsked).toSorted((a, b) => a.at - b.at);
    for (const part of parts) {
      const about = itemOf(workflowName(part.request.workflow), itemName(part.request.item));
      about.asked.push(part);
      const sighting = sightingIn(part);
      if (sighting) about.sightings.push(sighting);
    }
    for (const { asked, sightings } of items.values()) {
      const sighting = sightingByMessage(asked);
      if (sighting) sightings.unshift(sighting);
    }
    for (const one of ledger.published) {
      if (one.topic === 'people') continue;
      const about = itemOf(one.message.workflow, one.message.item);
      if (one.topic === 'upstream') about.sightings.push(sightingInMessage(one));
      else about.heard.push({ at: one.at, since: one.since, event: one.message });
    }
    // Nothing can be said about a record that cannot be read.
    const damaged = new Set(ledger.damaged.map(({ workflow, item }) => `${workflow}/${item}`));
    this.items = [...items].flatMap(([key, item]) => (damaged.has(key) ? [] : [item]));
    this.told = ledger.published.flatMap((one) => (one.topic === 'people' ? toldIn(one) : []));
  }

  workflow(name: string): Workflow {
    const found = this.workflows.get(name) ?? new Workflow(name);
    this.workflows.set(name, found);
    return found;
  }

  /** Whether a record of this workflow is damaged: then its incident stays open. */
  isDamaged({ name }: Workflow): boolean {
    return this.ledger.damaged.some(({ workflow }) => workflow === name);
  }

  /** When an item that nobody completes must have been noticed at the latest, if it is due at this time. */
  noticedBy(due: number): number {
    const by = this.sweptAfter(due + lostAfterMs + 2 * mostSkewMs);
    const away = this.away.find(({ from, to }) => from - mostSkewMs <= due && due <= to + mostSkewMs);
    return away === undefined
      ? by
      : Math.max(by, this.sweptAfter(away.to + graceMs + lostAfterMs + 2 * mostSkewMs));
  }

  /** When the service itself was down, as far as it can know. */
  get away(): { from: number; to: number }[] {
    const ends = [this.ledger.begunAt, ...this.#sweeps.map(({ end }) => end), this.ledger.endedAt];
    return ends.flatMap((to, index) => {
      const from = ends[index - 1] ?? to;
      return to - from >= outageMs ? [{ from, to }] : [];
    });
  }

  /**
   * When two sweeps have begun and ended after this time; infinity if there were none. SNS refuses messages at random in
   * some histories, seldom five times in a row: then it is the sixth sweep.
   */
  sweptAfter(time: number): number {
    const sweeps = this.#sweeps.filter(({ at }) => at >= time);
    const enough = this.ledger.faults.has('message refused') ? 6 : 2;
    return sweeps[enough - 1]?.end ?? Number.POSITIVE_INFINITY;
  }
}

/**
 * From when on the item may differ from the sighting because of somebody's request; infinity if there was no such
 * request.
 */
export function unchangedUntil({ asked }: Item, { by, at }: Pick<Sighting, 'by' | 'at'>): number {
  const later = asked.filter((one) => one !== by && mayChange(one) && one.end >= at);
  return Math.min(Number.POSITIVE_INFINITY, ...later.map((one) => one.at));
}

/** Whether an event says that an item is breached. */
export function isBreach({ event }: Pick<ItemEvent, 'event'>): boolean {
  return event === 'item.overdue' || event === 'item.failed' || event === 'item.not-started';
}

/** A repeat has the facts of the first time. */
export function firstHeard({ heard }: Item): Heard[] {
  return [...Map.groupBy(heard, ({ event }) => event.id).values()].flatMap(([first]) =>
    first ? [first] : [],
  );
}

export const nameOf = ({ workflow, item }: Item) => `${workflow.name}/${item}`;

function toldIn({ at, since, message }: Extract<Published, { topic: 'people' }>): Told[] {
  if (message.event !== 'digest') return [{ ...message, at, since, message }];
  return message.incidents.map(({ notification: id, ...part }) => ({ ...part, id, at, since, message }));
}
