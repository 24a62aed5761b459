import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type IndexRecord, IndexRecord as IndexRecordSchema, ofQueue } from '../../model/item/item-record.ts';
import type { ItemsTable } from './table.ts';

/** Indexes and the keys that they sort by. */
export const itemsIndexes = { 'by-due': 'due', 'by-registered': 'registered' } as const;
export type ItemsIndexName = keyof typeof itemsIndexes;

export interface IndexRow {
  /** Its sort key. */
  position: string;
  record: IndexRecord | Error;
}

export interface DueRange {
  /** Values of the sort key, both included. */
  from: string;
  to: string;
  order: 'asc' | 'desc';
}

const unreportedSince = {
  expression:
    'attribute_not_exists(#reportedAt) AND (attribute_not_exists(#overdueAt) OR #overdueAt < :before)',
  names: { '#reportedAt': 'reportedAt', '#overdueAt': 'overdueAt' },
};

/** One that was overdue and then failed has ended when it was overdue. */
const endedBetween = {
  expression: [
    '#attempt <= :most AND (#overdueAt > :after AND #overdueAt <= :by',
    'OR attribute_not_exists(#overdueAt) AND #failure.#at > :after AND #failure.#at <= :by)',
  ].join(' '),
  names: { '#attempt': 'attempt', '#overdueAt': 'overdueAt', '#failure': 'failure', '#at': 'at' },
};

/**
 * One workflow, state and shard in order of deadline, or of registration (docs/adr/0018). All but data. They follow the
 * table with a delay, so nothing is decided by them alone.
 */
export class ItemsIndex {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly #index: ItemsIndexName;

  constructor(items: ItemsTable, index: ItemsIndexName = 'by-due') {
    this.#index = index;
    this.client = items.client;
    this.table = items.name;
  }

  /**
   * Records of one queue in order, read page by page as they are taken. A row that cannot be read as a record is an
   * Error in its place: it must not hide the others (P8).
   */
  async *records(queue: string, range: DueRange, pageSize: number): AsyncGenerator<IndexRecord | Error> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const { rows, next } = await this.#read(queue, range, pageSize, start);
      for (const { record } of rows) yield record;
      start = next;
    } while (start);
  }

  /** The first rows of one queue, and whether there are more. */
  async page(queue: string, range: DueRange, pageSize: number): Promise<{ rows: IndexRow[]; more: boolean }> {
    const { rows, next } = await this.#read(queue, range, pageSize, undefined);
    return { rows, more: next !== undefined };
  }

  /** How many records a queue has, counted up to `most`. */
  async count(queue: string, most: number): Promise<number> {
    let count = 0;
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await this.client.send(
        new QueryCommand({
          ...this.#query(queue, { from: '0', to: '~', order: 'asc' }),
          Select: 'COUNT',
          Limit: most - count,
          ExclusiveStartKey: start,
        }),
      );
      count += reply.Count ?? 0;
      start = reply.LastEvaluatedKey;
    } while (start && count < most);
    return count;
  }

  /**
   * How many records a queue of overdue or failed items has, and how many of those nobody has reported though they
   * are so since `before`: whoever marked them is gone.
   */
  async countEnded(queue: string, before: string): Promise<{ all: number; unreported: number }> {
    const counted = { all: 0, unreported: 0 };
    const query = this.#query(queue, { from: '0', to: '~', order: 'asc' });
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await this.client.send(
        new QueryCommand({
          ...query,
          Select: 'COUNT',
          FilterExpression: unreportedSince.expression,
          ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...unreportedSince.names },
          ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':before': { S: before } },
          ExclusiveStartKey: start,
        }),
      );
      counted.all += reply.ScannedCount ?? 0;
      counted.unreported += reply.Count ?? 0;
      start = reply.LastEvaluatedKey;
    } while (start);
    return counted;
  }

  /**
   * Whether a queue of overdue or failed items has one that ended between two times, ISO 8601, and is in no later
   * attempt. Gives up when `isLate` says so: false, as if there were none.
   */
  async hasEnded(
    queue: string,
    { after, by, attemptAtMost }: { after: string; by: string; attemptAtMost: number },
    isLate: () => boolean,
  ): Promise<boolean> {
    const query = this.#query(queue, { from: '0', to: '~', order: 'asc' });
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await this.client.send(
        new QueryCommand({
          ...query,
          Select: 'COUNT',
          FilterExpression: endedBetween.expression,
          ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...endedBetween.names },
          ExpressionAttributeValues: {
            ...query.ExpressionAttributeValues,
            ...marshall({ ':after': after, ':by': by, ':most': attemptAtMost }),
          },
          ExclusiveStartKey: start,
        }),
      );
      if ((reply.Count ?? 0) > 0) return true;
      start = reply.LastEvaluatedKey;
    } while (start && !isLate());
    return false;
  }

  /** The earliest deadline in a queue; undefined when it is empty. */
  async oldestDeadline(queue: string): Promise<string | undefined> {
    const { Items } = await this.client.send(
      new QueryCommand({ ...this.#query(queue, { from: '0', to: '~', order: 'asc' }), Limit: 1 }),
    );
    return Items?.[0]?.due?.S?.split('#')[0];
  }

  async #read(
    queue: string,
    range: DueRange,
    pageSize: number,
    start: Record<string, AttributeValue> | undefined,
  ): Promise<{ rows: IndexRow[]; next: Record<string, AttributeValue> | undefined }> {
    const reply = await this.client.send(
      new QueryCommand({
        ...this.#query(queue, range),
        ScanIndexForward: range.order === 'asc',
        Limit: pageSize,
        ExclusiveStartKey: start,
      }),
    );
    const sortKey = itemsIndexes[this.#index];
    const rows = (reply.Items ?? []).map((attributes) => ({
      position: String(attributes[sortKey]?.S),
      record: recordOrError(attributes),
    }));
    return { rows, next: reply.LastEvaluatedKey };
  }

  #query(queue: string, range: DueRange) {
    return {
      TableName: this.table,
      IndexName: this.#index,
      KeyConditionExpression: '#queue = :queue AND #sort BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#queue': 'queue', '#sort': itemsIndexes[this.#index] },
      ExpressionAttributeValues: marshall({ ':queue': queue, ':from': range.from, ':to': range.to }),
    };
  }
}

function recordOrError(attributes: Record<string, AttributeValue>): IndexRecord | Error {
  try {
    return z.parse(IndexRecordSchema, { ...unmarshall(attributes), ...ofQueue(attributes.queue?.S) });
  } catch (error) {
    return error as Error;
  }
}
