import type { JsonText } from '../../json-text.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';

export interface Page {
  redrive: RedriveRecord;
  /** Whether an earlier run began this page: an item that is gone was then resumed and completed. */
  repeated: boolean;
  /** When retries stop, in ms since the epoch. */
  until: number;
}

/** An item of a page as it is now, and its data. */
export interface PageItem {
  record: ItemRecord;
  data: JsonText | undefined;
}

/** The outcome of each item of a page of a redrive or discard. */
export class PageResult {
  /** Of a discard: removed. */
  readonly resumed = new Set<string>();
  readonly skipped = new Set<string>();
  /** Items that fail for good: a retry would not help. */
  readonly failed = new Map<string, Error>();
  /** Items for the next run to retry: AWS throttled, could not be reached, or refused access. */
  readonly left = new Map<string, Error>();
}
