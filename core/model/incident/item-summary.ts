import {
  mostCommonTags,
  mostListed,
  mostNotifiedItems,
  mostReasonCharacters,
  type Notification,
  type NotifiedItem,
} from '../../contract/notification.ts';
import { lastStepOf } from '../item/item-filter.ts';
import type { ItemRecord } from '../item/item-record.ts';

export interface ItemSummaries
  extends Pick<Notification, 'items' | 'steps' | 'reasons' | 'commonTags' | 'exhausted' | 'sampled'> {}

/**
 * Summarises the items of an incident for a notification: the oldest items, their last steps, why they failed,
 * and their common tags.
 *
 * @param mostRedrives the most automatic redrives of an item, if it has any
 */
export function summarise(
  records: readonly ItemRecord[],
  total: number,
  now: number,
  mostRedrives?: number,
): ItemSummaries {
  const exhausted =
    mostRedrives === undefined ? 0 : records.filter(({ attempt }) => attempt > mostRedrives).length;
  const steps = new Tally<string | undefined>();
  const reasons = new Tally<string>();
  const tags = new Tally<string>();
  for (const record of records) {
    const { failure, tags: ofItem } = record;
    // An item that is lost again before it reaches a step counts by the step after which it was lost before.
    steps.add(lastStepOf(record));
    for (const [key, value] of Object.entries(ofItem)) tags.add(`${key}:${value}`);
    if (failure) reasons.add(JSON.stringify([oneLine(failure.reason), failure.type]));
  }
  const oldest = records.toSorted((a, b) => (a.deadline < b.deadline ? -1 : 1)).slice(0, mostNotifiedItems);
  return {
    items: oldest.map((record) => notifiedItem(record, now)),
    steps: steps.mostFrequent().map(([step, count]) => ({ ...(step !== undefined && { step }), count })),
    reasons: reasons.mostFrequent().map(([key, count]) => {
      const [reason, type] = JSON.parse(key) as [string, string | undefined];
      return { reason, ...(typeof type === 'string' && { type }), count };
    }),
    commonTags: commonTagsOf(tags, records.length),
    ...(exhausted > 0 && { exhausted }),
    ...(records.length < total && { sampled: records.length }),
  };
}

/** A tag of one item or of few items says nothing about the trouble. */
function commonTagsOf(tags: Tally<string>, of: number): ItemSummaries['commonTags'] {
  const common = tags.mostFrequent().filter(([, count]) => count > 1 && count * 2 > of);
  return common.slice(0, mostCommonTags).map(([tag, count]) => ({ tag, count }));
}

/** Puts a reason on one line, so that it cannot look like another alert. */
function oneLine(reason: string): string {
  const characters = [...reason.replaceAll(/\s+/g, ' ').trim()];
  return characters.length > mostReasonCharacters
    ? `${characters.slice(0, mostReasonCharacters).join('')}…`
    : characters.join('');
}

function notifiedItem(record: ItemRecord, now: number): NotifiedItem {
  const { item, attempt, state, deadline, startedAt, step, lostAfter, steps, caughtBy, neverStarted } =
    record;
  const { progress, progressedAt } = record;
  const overdueByMs = now - Date.parse(deadline);
  const stepAt = steps.at(-1)?.at;
  return {
    item,
    attempt,
    state,
    deadline,
    startedAt,
    ...(overdueByMs >= 0 && { overdueByMs }),
    ...(step !== undefined && { step }),
    ...(step === undefined && lostAfter && { lostAfter }),
    ...(step !== undefined && stepAt !== undefined && { stepAt }),
    ...(caughtBy && { caughtBy }),
    ...(neverStarted && { neverStarted }),
    ...(state === 'waiting' && progress !== undefined && { progress, progressedAt }),
  };
}

class Tally<Key> {
  readonly #counts = new Map<Key, number>();

  add(key: Key): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  mostFrequent(): [Key, number][] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, mostListed);
  }
}
