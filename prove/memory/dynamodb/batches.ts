import type { Around } from '../around.ts';
import { AwsError, invalid } from '../aws-error.ts';
import { checkValues } from './check-value.ts';
import { database, refuse, refuseInvalid } from './dynalite.ts';
import { expressionsOf, type WithExpressions } from './expressions.ts';
import { checkExpressionMembers, required } from './inputs.ts';
import { placeIn } from './places.ts';
import { checkSize, putUnconditionally } from './single-item.ts';
import type { Table, Tables } from './table.ts';
import { type Attribute, type Item, itemBytes } from './values.ts';

const mostReads = 100;
const mostWrites = 25;
const mostReadBytes = 16 * 1024 * 1024;

interface Keys extends WithExpressions {
  Keys: Item[];
  ConsistentRead?: boolean;
}

interface WriteRequest {
  PutRequest?: { Item: Record<string, Attribute> };
  DeleteRequest?: { Key: Item };
}

type LeavesOut = (operation: string, at: number, of: number) => boolean;

/** BatchGetItem and BatchWriteItem, which can leave a part of their items out. */
export class Batches {
  readonly #tables: Tables;
  readonly #around: () => Around;

  constructor(tables: Tables, around: () => Around) {
    this.#tables = tables;
    this.#around = around;
  }

  get({ RequestItems }: { RequestItems?: Record<string, Keys> }): object {
    const requests = Object.entries(required('requestItems', RequestItems));
    const wanted = requests.flatMap(([name, request]) => this.#reads(name, request));
    checkCount(wanted.length, mostReads, 'Too many items requested for the BatchGetItem call');
    const Responses: Record<string, Item[]> = Object.fromEntries(requests.map(([name]) => [name, []]));
    const UnprocessedKeys: Record<string, Keys> = {};
    let bytes = 0;
    for (const [at, { name, key, item, request }] of wanted.entries()) {
      bytes += item ? itemBytes(item) : 0;
      if (bytes > mostReadBytes || this.#leavesOut('BatchGetItem', at, wanted.length)) {
        UnprocessedKeys[name] ??= { ...request, Keys: [] };
        UnprocessedKeys[name].Keys.push(key);
      } else if (item) Responses[name]?.push(item);
    }
    throttleIfAll(Object.values(UnprocessedKeys).flatMap(({ Keys: left }) => left).length, wanted.length);
    // The order is not defined.
    for (const items of Object.values(Responses)) shuffle(items, this.#around().random);
    for (const [name, { projection }] of this.#projections(requests)) {
      if (projection)
        Responses[name] = (Responses[name] ?? []).map((one) => database.mapPaths(projection.paths, one));
    }
    return { Responses, UnprocessedKeys };
  }

  write({ RequestItems }: { RequestItems?: Record<string, WriteRequest[]> }): object {
    const requests = Object.entries(required('requestItems', RequestItems));
    const wanted = requests.flatMap(([name, writes]) => this.#writes(name, writes));
    checkCount(wanted.length, mostWrites, 'Too many items requested for the BatchWriteItem call');
    const UnprocessedItems: Record<string, WriteRequest[]> = {};
    let left = 0;
    const taken = wanted.filter(({ name, request }, at) => {
      if (!this.#leavesOut('BatchWriteItem', at, wanted.length)) return true;
      UnprocessedItems[name] ??= [];
      UnprocessedItems[name].push(request);
      left++;
      return false;
    });
    throttleIfAll(left, wanted.length);
    for (const { table, request } of taken) {
      if (request.PutRequest) putUnconditionally(table, request.PutRequest.Item);
      const before = request.DeleteRequest && table.get(request.DeleteRequest.Key);
      if (before) table.delete(before);
    }
    return { UnprocessedItems };
  }

  #reads(name: string, request: Keys) {
    checkExpressionMembers(request, ['ProjectionExpression']);
    const table = this.#tables.get(name);
    const { projection } = expressionsOf(request);
    refuse(database.validateKeyPaths(projection?.nestedPaths, table.schema));
    const seen = new Set<string>();
    return request.Keys.map((key) => {
      refuseInvalid(checkValues(key));
      table.checkKey(key);
      checkDistinct(seen, table, key);
      return { name, key, item: table.get(key), request };
    });
  }

  #projections(requests: [string, Keys][]) {
    return requests.map(([name, request]) => [name, expressionsOf(request)] as const);
  }

  #writes(name: string, requests: readonly WriteRequest[]) {
    const table = this.#tables.get(name);
    const seen = new Set<string>();
    return requests.map((request) => {
      const { PutRequest, DeleteRequest } = request;
      if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
        throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
      }
      const item = PutRequest?.Item ?? (DeleteRequest?.Key as Item);
      refuseInvalid(checkValues(item));
      if (PutRequest) {
        checkSize(item, 'Item size has exceeded the maximum allowed size');
        refuse(database.validateItem(item, table.schema));
      } else table.checkKey(item);
      checkDistinct(seen, table, item);
      return { name, table, request };
    });
  }

  readonly #leavesOut: LeavesOut = (operation, at, of) =>
    this.#around().disturbances.leavesOut?.({ service: 'dynamodb', operation, at, of }) ?? false;
}

function checkCount(count: number, most: number, message: string): void {
  if (count === 0) throw invalid('The batch is empty');
  if (count > most) throw invalid(message);
}

function checkDistinct(seen: Set<string>, table: Table, item: Item): void {
  const { partition, place } = placeIn(table.keys, item);
  const key = `${partition}/${place}`;
  if (seen.has(key)) throw invalid('Provided list of item keys contains duplicates');
  seen.add(key);
}

function throttleIfAll(left: number, all: number): void {
  if (left === all) {
    throw new AwsError('ProvisionedThroughputExceededException', 'No item of the batch was processed');
  }
}

function shuffle(items: unknown[], random: () => number): void {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
}
