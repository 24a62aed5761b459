import { database, type TableSchema } from './dynalite.ts';
import type { Attribute, Item } from './values.ts';

/** The place of an item in a table or an index. Both parts are texts in the order of their bytes. */
export interface Place {
  /** Begins with a hash, by which partitions are spread. */
  partition: string;
  /** The sort key, a slash, and in an index the key of the table. */
  place: string;
}

export interface KeyNames {
  hash: string;
  sort: string | undefined;
}

export function keyNames(schema: TableSchema['KeySchema']): KeyNames {
  return { hash: schema[0]?.AttributeName ?? '', sort: schema[1]?.AttributeName };
}

/** Of an item that has the keys. */
export function placeIn({ hash, sort }: KeyNames, item: Item): Place {
  const key = item[hash] as Attribute;
  return {
    partition: partitionOf(key),
    place: `${sort === undefined ? '' : database.toRangeStr(item[sort] as Attribute)}/`,
  };
}

/** The place in an index, in which several items may have the same keys. */
export function placeInIndex(index: KeyNames, table: KeyNames, item: Item): Place {
  const { partition, place } = placeIn(index, item);
  const own = [table.hash, table.sort].flatMap((name) =>
    name === undefined ? [] : [item[name] as Attribute],
  );
  const types = own.flatMap((value) => Object.entries(value)[0] as [string, string]);
  const [hash = '', hashType = '', sort, sortType] = [types[1], types[0], types[3], types[2]];
  // The order of equal keys is not defined; this is dynalite's.
  const order = database.hashPrefix(hash, hashType, sort, sortType);
  return { partition, place: `${place}${order}/${own.map(database.toRangeStr).join('/')}` };
}

const partitions = new Map<string, string>();

/** Hashes are remembered: a program has few partitions and asks for them again and again. */
export function partitionOf(key: Attribute): string {
  const [type, value] = Object.entries(key)[0] as [string, string];
  const name = `${type}${value}`;
  const known = partitions.get(name);
  if (known !== undefined) return known;
  const partition = `${database.hashPrefix(value, type)}/${database.toRangeStr(key)}`;
  if (partitions.size >= 100_000) partitions.clear();
  partitions.set(name, partition);
  return partition;
}

/** The places at which a condition on the sort key holds. A slash is before every character of a key. */
export function rangeOf(
  operator: string,
  [one, other]: readonly Attribute[],
): { from: string; until?: string } {
  const value = database.toRangeStr(one as Attribute);
  switch (operator) {
    case 'EQ':
      return { from: `${value}/`, until: `${value}0` };
    case 'LT':
      return { from: '', until: value };
    case 'LE':
      return { from: '', until: `${value}0` };
    case 'GT':
      return { from: `${value}0` };
    case 'GE':
      return { from: value };
    case 'BETWEEN':
      return { from: value, until: `${database.toRangeStr(other as Attribute)}0` };
    default:
      return { from: value, until: `${value}g` };
  }
}
