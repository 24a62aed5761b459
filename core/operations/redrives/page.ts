import type { JsonText } from '../../json-text.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';

export interface Page {
  redrive: RedriveRecord;
  /** Whether it was begun before: what is gone was resumed then, and completed. */
  repeated: boolean;
  /** When nothing is tried again, in ms since the epoch. */
  until: number;
}

/** An item of a page as it is now, and its data. */
export interface PageItem {
  record: ItemRecord;
  data: JsonText | undefined;
}

/** What became of the items of a page of a redrive or discard. */
export class PageResult {
  /** Of a discard: removed. */
  readonly resumed = new Set<string>();
  readonly skipped = new Set<string>();
  /** What cannot be done for an item, whoever tries it. */
  readonly failed = new Map<string, Error>();
  /** What the next run is to try again: AWS was too busy, out of reach, or did not let us. */
  readonly left = new Map<string, Error>();
}
