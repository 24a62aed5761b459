import type { Around } from '../around.ts';
import { AwsError, invalid } from '../aws-error.ts';
import { writeUnits } from './capacity.ts';
import { database, refuse, type TableSchema } from './dynalite.ts';
import { type KeyNames, keyNames, placeIn } from './places.ts';
import { Rows } from './rows.ts';
import { SecondaryIndex } from './secondary-index.ts';
import type { Item } from './values.ts';

/** A table with its indexes. Every read of the table itself is consistent. */
export class Table {
  readonly schema: TableSchema;
  readonly keys: KeyNames;
  readonly rows = new Rows();
  readonly #indexes: Map<string, SecondaryIndex>;
  readonly #around: () => Around;

  constructor(schema: TableSchema, around: () => Around) {
    this.schema = schema;
    this.keys = keyNames(schema.KeySchema);
    this.#around = around;
    const indexes = schema.GlobalSecondaryIndexes ?? [];
    this.#indexes = new Map(indexes.map((index) => [index.IndexName, new SecondaryIndex(index, this.keys)]));
  }

  /** Throws a ValidationException unless these are exactly the keys of the table. */
  checkKey(key: Item): void {
    refuse(database.validateKey(key, this.schema));
  }

  get(key: Item): Item | undefined {
    const { partition, place } = placeIn(this.keys, key);
    return this.rows.get(partition, place);
  }

  /** @param before what `get` returned */
  put(item: Item, before: Item | undefined): void {
    const { partition, place } = placeIn(this.keys, item);
    this.rows.put(partition, place, item);
    this.#index(`${partition}/${place}`, before, item);
  }

  /** @param before what `get` returned */
  delete(before: Item): void {
    const { partition, place } = placeIn(this.keys, before);
    this.rows.delete(partition, place);
    this.#index(`${partition}/${place}`, before, undefined);
  }

  /** The write units of a change, here and in the indexes. */
  writeUnits(before: Item | undefined, after: Item | undefined): number {
    const ofIndexes = [...this.#indexes.values()].map((index) => index.writeUnits(before, after));
    return ofIndexes.reduce((sum, units) => sum + units, writeUnits(before, after));
  }

  index(name: string): SecondaryIndex {
    const index = this.#indexes.get(name);
    if (!index) throw invalid(`The table does not have the specified index: ${name}`);
    return index;
  }

  clear(): void {
    this.rows.clear();
    for (const index of this.#indexes.values()) index.clear();
  }

  #index(key: string, before: Item | undefined, after: Item | undefined): void {
    const { clock, disturbances } = this.#around();
    for (const [name, index] of this.#indexes) {
      if (index.isUnchanged(before, after)) continue;
      const lagMs = disturbances.indexLagMs?.({ table: this.schema.TableName, index: name, key }) ?? 0;
      index.write(key, after, { clock, lagMs });
    }
  }
}

export class Tables {
  readonly #tables = new Map<string, Table>();

  get(name: unknown): Table {
    const table = this.#tables.get(String(name));
    if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  add(table: Table): void {
    this.#tables.set(table.schema.TableName, table);
  }

  delete(name: string): void {
    this.#tables.delete(name);
  }

  names(): string[] {
    return [...this.#tables.keys()].sort();
  }

  all(): Iterable<Table> {
    return this.#tables.values();
  }
}
