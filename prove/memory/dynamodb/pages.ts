import type { Around } from '../around.ts';
import { invalid } from '../aws-error.ts';
import { database } from './dynalite.ts';
import type { Expressions } from './expressions.ts';
import { holds } from './holds.ts';
import { checkExpressionMembers, type Input } from './inputs.ts';
import {
  checkedQuery,
  checkedScan,
  checkKeyConditions,
  checkPaths,
  checkStart,
  checkStartLength,
  namesOf,
  pick,
  type Source,
} from './page-checks.ts';
import { type Place, partitionOf, placeIn, placeInIndex, rangeOf } from './places.ts';
import type { Tables } from './table.ts';
import { type Attribute, type Item, itemBytes } from './values.ts';

const mostPageBytes = 1024 * 1024;

/** Query and Scan: pages of items in order. */
export class Pages {
  readonly #tables: Tables;
  readonly #around: () => Around;

  constructor(tables: Tables, around: () => Around) {
    this.#tables = tables;
    this.#around = around;
  }

  query(input: Input): object {
    checkExpressionMembers(input, ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']);
    const { conditions, ...expressions } = checkedQuery(input);
    const source = this.#source(input);
    const { hash, sort } = source.keys;
    checkKeyConditions(source, conditions);
    const key = conditions[hash]?.AttributeValueList[0] as Attribute;
    const range = sort === undefined ? undefined : conditions[sort];
    if (input.ExclusiveStartKey) checkStart(source, input.ExclusiveStartKey, conditions);
    checkPaths(source, expressions);
    for (const name of [hash, sort]) {
      if (name !== undefined && expressions.filter?.pathHeads[name]) {
        throw invalid(
          `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
        );
      }
    }
    const backwards = input.ScanIndexForward === false;
    const limits = range ? rangeOf(range.ComparisonOperator, range.AttributeValueList) : { from: '' };
    const start = input.ExclusiveStartKey && placeOf(source, input.ExclusiveStartKey).place;
    const from = start !== undefined && !backwards ? later(limits.from, `${start}\0`) : limits.from;
    const until = start !== undefined && backwards ? earlier(limits.until, start) : limits.until;
    const items = source.rows.range(partitionOf(key), { from, until, backwards });
    return this.#page(source, items, input, expressions);
  }

  scan(input: Input): object {
    checkExpressionMembers(input, ['ProjectionExpression', 'FilterExpression']);
    const expressions = checkedScan(input);
    const source = this.#source(input);
    if (input.ExclusiveStartKey) checkStart(source, input.ExclusiveStartKey, {});
    checkPaths(source, expressions);
    return this.#page(source, scanned(source, input), input, expressions);
  }

  #source({ TableName, IndexName, ConsistentRead, Select, ExclusiveStartKey }: Input): Source {
    const table = this.#tables.get(TableName);
    const own = namesOf(table.keys);
    if (IndexName === undefined) {
      checkStartLength(ExclusiveStartKey, own);
      return { table, rows: table.rows, keys: table.keys, startKeys: own };
    }
    const index = table.index(IndexName);
    if (ConsistentRead) throw invalid('Consistent reads are not supported on global secondary indexes');
    const startKeys = [...new Set([...own, ...namesOf(index.keys)])];
    checkStartLength(ExclusiveStartKey, startKeys);
    if (Select === 'ALL_ATTRIBUTES' && index.schema.Projection.ProjectionType !== 'ALL') {
      throw invalid(`Select type ALL_ATTRIBUTES is not supported for global secondary index ${IndexName}`);
    }
    const rows = index.rows(this.#around().clock.now());
    return { table, rows, keys: index.keys, startKeys, index: IndexName };
  }

  #page(source: Source, items: Iterable<Item>, input: Input, { filter, projection }: Expressions): object {
    const { table, index } = source;
    const read = { table: table.schema.TableName, ...(index !== undefined && { index }) };
    const early = this.#around().disturbances.pageRows?.(read) ?? Number.POSITIVE_INFINITY;
    const most = Math.min(input.Limit ?? Number.POSITIVE_INFINITY, Math.max(1, early));
    const found: Item[] = [];
    let count = 0;
    let bytes = 0;
    let last: Item | undefined;
    for (const item of items) {
      if (count >= most || bytes >= mostPageBytes) break;
      count++;
      bytes += itemBytes(item);
      last = item;
      if (!filter || holds(filter.expression, item)) found.push(item);
    }
    const isFull = count >= most || bytes >= mostPageBytes;
    return {
      Items:
        input.Select === 'COUNT'
          ? undefined
          : projection
            ? found.map((item) => database.mapPaths(projection.paths, item))
            : found,
      Count: found.length,
      ScannedCount: count,
      LastEvaluatedKey: isFull && last ? pick(last, source.startKeys) : undefined,
    };
  }
}

function placeOf({ table, keys, index }: Source, item: Item): Place {
  return index === undefined ? placeIn(keys, item) : placeInIndex(keys, table.keys, item);
}

/** All items in order of their partitions' hashes; of a segment, the items whose hash is in its part. */
function* scanned(
  source: Source,
  { ExclusiveStartKey, Segment = 0, TotalSegments = 1 }: Input,
): Generator<Item> {
  const start = ExclusiveStartKey && placeOf(source, ExclusiveStartKey);
  const bound = (segment: number) =>
    Math.ceil((4096 * segment) / TotalSegments)
      .toString(16)
      .padStart(3, '0');
  const [from, until] = [bound(Segment), Segment + 1 < TotalSegments ? bound(Segment + 1) : 'g'];
  for (const partition of source.rows.partitions()) {
    if (partition < from || partition >= until || (start && partition < start.partition)) continue;
    const isStart = start?.partition === partition;
    yield* source.rows.range(partition, isStart ? { from: `${start.place}\0` } : {});
  }
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

function earlier(one: string | undefined, other: string): string {
  return one !== undefined && one < other ? one : other;
}
