import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../core/clock.ts';
import { writeUnits } from './capacity.ts';
import type { IndexSchema } from './dynalite.ts';
import { type KeyNames, keyNames, placeInIndex } from './places.ts';
import { Rows } from './rows.ts';
import type { Item } from './values.ts';

interface Pending {
  visibleAt: number;
  key: string;
  /** As it is written; undefined if it was deleted. */
  item: Item | undefined;
}

/** A global secondary index. Each write is visible in it some time after it was made. */
export class SecondaryIndex {
  readonly schema: IndexSchema;
  readonly keys: KeyNames;
  readonly #tableKeys: KeyNames;
  readonly #rows = new Rows();
  /** What the index shows of an item, by its key in the table. */
  readonly #shown = new Map<string, { partition: string; place: string }>();
  /** In order of visibility. */
  readonly #pending: Pending[] = [];
  readonly #visibleAt = new Map<string, number>();
  readonly #projected: readonly string[] | undefined;

  constructor(schema: IndexSchema, tableKeys: KeyNames) {
    this.schema = schema;
    this.keys = keyNames(schema.KeySchema);
    this.#tableKeys = tableKeys;
    const { ProjectionType, NonKeyAttributes = [] } = schema.Projection;
    const keys = [this.keys.hash, this.keys.sort, tableKeys.hash, tableKeys.sort];
    const names = [...keys.filter((name) => name !== undefined), ...NonKeyAttributes];
    this.#projected = ProjectionType === 'ALL' ? undefined : [...new Set(names)];
  }

  /** Whether the attribute is projected. */
  has(name: string): boolean {
    return this.#projected?.includes(name) ?? true;
  }

  /** Whether a write changes nothing here: unchanged attributes are the same objects. */
  isUnchanged(before: Item | undefined, after: Item | undefined): boolean {
    if (!before || !after) return before === after;
    return this.#projected?.every((name) => before[name] === after[name]) ?? false;
  }

  /** The write units of a change: a row that moves is removed and written, and an unchanged one costs nothing. */
  writeUnits(before: Item | undefined, after: Item | undefined): number {
    const [was, is] = [before, after].map((item) =>
      item && this.#isIn(item) ? this.#part(item) : undefined,
    );
    if (isDeepStrictEqual(was, is)) return 0;
    const keys = [this.keys.hash, this.keys.sort].flatMap((name) => name ?? []);
    const isMoved = was && is && !keys.every((name) => isDeepStrictEqual(was[name], is[name]));
    return isMoved ? writeUnits(was, undefined) + writeUnits(undefined, is) : writeUnits(was, is);
  }

  /** @param lagMs until the write is visible; at once if it is 0 and no earlier write of the item is under way */
  write(key: string, item: Item | undefined, { clock, lagMs }: { clock: Clock; lagMs: number }): void {
    const earlier = this.#visibleAt.get(key);
    if (lagMs <= 0 && earlier === undefined) {
      this.#show(key, item);
      return;
    }
    const visibleAt = Math.max(clock.now() + lagMs, earlier ?? 0);
    const after = this.#pending.findLastIndex((one) => one.visibleAt <= visibleAt);
    this.#pending.splice(after + 1, 0, { visibleAt, key, item });
    this.#visibleAt.set(key, visibleAt);
  }

  /** What is visible at this time. */
  rows(now: number): Rows {
    while (this.#pending[0] && this.#pending[0].visibleAt <= now) {
      const { key, item, visibleAt } = this.#pending.shift() as Pending;
      if (this.#visibleAt.get(key) === visibleAt) this.#visibleAt.delete(key);
      this.#show(key, item);
    }
    return this.#rows;
  }

  clear(): void {
    this.#rows.clear();
    this.#shown.clear();
    this.#pending.length = 0;
    this.#visibleAt.clear();
  }

  #show(key: string, item: Item | undefined): void {
    const shown = this.#shown.get(key);
    const place = item && this.#isIn(item) ? placeInIndex(this.keys, this.#tableKeys, item) : undefined;
    if (shown && (shown.place !== place?.place || shown.partition !== place.partition)) {
      this.#rows.delete(shown.partition, shown.place);
      this.#shown.delete(key);
    }
    if (!place || !item) return;
    this.#rows.put(place.partition, place.place, this.#part(item));
    this.#shown.set(key, place);
  }

  /** An item without one of the keys is not in the index. */
  #isIn(item: Item): boolean {
    return (
      item[this.keys.hash] !== undefined &&
      (this.keys.sort === undefined || item[this.keys.sort] !== undefined)
    );
  }

  #part(item: Item): Item {
    if (!this.#projected) return item;
    const part: Record<string, NonNullable<Item[string]>> = {};
    for (const name of this.#projected) if (item[name] !== undefined) part[name] = item[name];
    return part;
  }
}
