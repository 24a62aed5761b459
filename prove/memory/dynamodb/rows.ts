import type { Item } from './values.ts';

interface Row {
  /** Its place in its partition. */
  place: string;
  item: Item;
}

/** Items by partition, and in each in order of their places. Partitions are ordered by their keys. */
export class Rows {
  readonly #partitions = new Map<string, Row[]>();
  size = 0;

  get(partition: string, place: string): Item | undefined {
    const rows = this.#partitions.get(partition);
    if (!rows) return undefined;
    const row = rows[firstFrom(rows, place)];
    return row?.place === place ? row.item : undefined;
  }

  put(partition: string, place: string, item: Item): void {
    const rows = this.#partitions.get(partition);
    if (!rows) {
      this.#partitions.set(partition, [{ place, item }]);
      this.size++;
      return;
    }
    const at = firstFrom(rows, place);
    const row = rows[at];
    if (row?.place === place) row.item = item;
    else {
      rows.splice(at, 0, { place, item });
      this.size++;
    }
  }

  delete(partition: string, place: string): void {
    const rows = this.#partitions.get(partition);
    if (!rows) return;
    const at = firstFrom(rows, place);
    if (rows[at]?.place !== place) return;
    rows.splice(at, 1);
    this.size--;
    if (rows.length === 0) this.#partitions.delete(partition);
  }

  /**
   * The items of a partition in order, from the first place that is not before `from` to the last before `until`;
   * backwards if asked.
   */
  *range(partition: string, { from = '', until, backwards = false }: Range): Generator<Item> {
    const rows = this.#partitions.get(partition);
    if (!rows) return;
    const start = firstFrom(rows, from);
    const end = until === undefined ? rows.length : firstFrom(rows, until);
    if (backwards) for (let at = end - 1; at >= start; at--) yield (rows[at] as Row).item;
    else for (let at = start; at < end; at++) yield (rows[at] as Row).item;
  }

  /** The keys of all partitions, in order. */
  partitions(): string[] {
    return [...this.#partitions.keys()].sort();
  }

  clear(): void {
    this.#partitions.clear();
    this.size = 0;
  }
}

export interface Range {
  from?: string;
  until?: string | undefined;
  backwards?: boolean;
}

/** The index of the first row whose place is not before this one. */
function firstFrom(rows: readonly Row[], place: string): number {
  // Most rows are appended: times and ids grow.
  let high = rows.length;
  if (high === 0 || (rows[high - 1] as Row).place < place) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as Row).place < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
