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
