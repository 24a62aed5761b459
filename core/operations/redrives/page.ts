import type { JsonText } from '../../json-text.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';

export interface Page {
  redrive: RedriveRecord;
  /** Whether an earlier run began this page. If so, an item that is gone was resumed and completed. */
  repeated: boolean;
  /** When retries stop, in ms since the epoch. */
  until: number;
}

/** An item of a page as it is now, and its data. */
export interface PageItem {
  record: ItemRecord;
  data: JsonText | undefined;
}

/** The outcome of one item in a stage of its page. `done` is the result of the stage. */
export type Outcome<Done> = { done: Done } | { failed: Error } | { retry: Error } | 'skipped';

/** The outcomes of the items of a page, in one stage or in all. Each item is in one member. */
export interface PageResult<Done = string> {
  /** After the last stage, the ids of the items that were resumed, or removed by a discard. */
  done: readonly Done[];
  /** Items that fail for good: a retry would not help. */
  failed: ReadonlyMap<string, Error>;
  /** Items for the next run to retry: AWS throttled, could not be reached, or refused access. */
  retry: ReadonlyMap<string, Error>;
  skipped: readonly string[];
}

export function resultOf<Done>(outcomes: Iterable<readonly [item: string, Outcome<Done>]>): PageResult<Done> {
  const done: Done[] = [];
  const failed = new Map<string, Error>();
  const retry = new Map<string, Error>();
  const skipped: string[] = [];
  for (const [item, outcome] of new Map(outcomes)) {
    if (outcome === 'skipped') skipped.push(item);
    else if ('done' in outcome) done.push(outcome.done);
    else if ('failed' in outcome) failed.set(item, outcome.failed);
    else retry.set(item, outcome.retry);
  }
  return { done, failed, retry, skipped };
}
