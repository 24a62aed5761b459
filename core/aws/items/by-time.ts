import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type BreachedState, breachedStates, type OpenState, openStates } from '../../contract/item.ts';
import { byTime } from '../../names/tables.ts';
import { queueOf, timeOf, workflowOf } from './keys.ts';
import type { Queues } from './queues.ts';
import type { StateCount, StateCounts } from './state-counts.ts';

/** An item in the index, which can be a moment behind: read the item before you decide anything. */
export interface Row {
  workflow: string;
  item: string;
  /** Its position in the order: a time and more. */
  position: string;
}

export interface Range {
  /** Positions, both included. */
  from: string;
  to: string;
  order: 'asc' | 'desc';
}

export const everything: Range = { from: '0', to: '~', order: 'asc' };

/**
 * The index `by-time`: waiting items in order of their next check, breached items in order of registration. The index
 * follows the table with a delay, so no decision is made by it alone.
 */
export class ByTime {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Rows of a workflow and state, partition after partition, read lazily page by page. */
  async *rows(
    { workflow, shards }: Queues,
    state: OpenState,
    range: Range,
    pageSize: number,
  ): AsyncGenerator<Row> {
    for (let shard = 0; shard < shards; shard++) {
      yield* this.#rowsOf({ ...this.#query(queueOf(workflow, state, shard), range), Limit: pageSize });
    }
  }

  /** The first rows of one partition, and whether there are more. */
  async page(
    { workflow, state, shard }: { workflow: string; state: OpenState; shard: number },
    range: Range,
    pageSize: number,
  ): Promise<{ rows: Row[]; more: boolean }> {
    const query = { ...this.#query(queueOf(workflow, state, shard), range), Limit: pageSize };
    const { Items = [], LastEvaluatedKey } = await this.#client.send(new QueryCommand(query));
    return { rows: Items.map(rowOf), more: LastEvaluatedKey !== undefined };
  }

  /** The number of items of a workflow in a state, counted up to `most`, and the time of the first. */
  async count({ workflow, shards }: Queues, state: OpenState, most: number): Promise<StateCount> {
    const queues = Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard));
    // Items are spread evenly over the partitions, so a part of each shows "many" without reading all.
    const mostOfQueue = Math.ceil((most / shards) * 1.25);
    const counts = await Promise.all(
      queues.map(async (queue) => {
        const count = await this.#countOf(queue, mostOfQueue);
        return count < mostOfQueue ? { queue, count } : { queue, count, isCut: true };
      }),
    );
    // They do not while old items are in the partitions that there were before these grew.
    if (sum(counts) <= most) {
      await Promise.all(
        counts
          .filter(({ isCut }) => isCut)
          .map(async (counted) => {
            counted.count = await this.#countOf(counted.queue, most + 1);
          }),
      );
    }
    const total = sum(counts);
    const filled = counts.flatMap(({ queue, count }) => (count > 0 ? [queue] : []));
    const firsts = await Promise.all(filled.map((queue) => this.#firstOf(queue)));
    const [first] = firsts.flatMap((time) => time ?? []).sort();
    return {
      count: Math.min(total, most),
      capped: total > most,
      ...(first !== undefined && { first }),
    };
  }

  /** The same for all states of a workflow. */
  async countAll(queues: Queues, most: number): Promise<StateCounts> {
    const counts = await Promise.all(openStates.map((state) => this.count(queues, state, most)));
    return Object.fromEntries(openStates.map((state, index) => [state, counts[index]])) as StateCounts;
  }

  /** The number of breached items of a workflow that are reported; with `after`, of those breached after that time. */
  async countBreached({ workflow, shards }: Queues, after?: string): Promise<Record<BreachedState, number>> {
    const counted = { overdue: 0, failed: 0 };
    const queues = breachedStates.flatMap((state) =>
      Array.from({ length: shards }, (_, shard) => ({ state, queue: queueOf(workflow, state, shard) })),
    );
    await Promise.all(
      queues.map(async ({ state, queue }) => {
        const query = this.#query(queue, everything);
        const counting = after === undefined ? query : breachedAfter(query, after);
        for await (const reply of this.#pages({ ...counting, Select: 'COUNT' })) {
          counted[state] += reply.Count ?? 0;
        }
      }),
    );
    return counted;
  }

  /** Whether a workflow has at least so many breached items that are reported. Reads little more than these. */
  async hasBreached({ workflow, shards }: Queues, least = 1): Promise<boolean> {
    const queues = breachedStates.flatMap((state) =>
      Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard)),
    );
    const counts = await Promise.all(queues.map((queue) => this.#countOf(queue, least)));
    return counts.reduce((total, count) => total + count, 0) >= least;
  }

  /** Whether a workflow has an item in the queue of waiting items whose next check is between two times, ISO 8601. */
  async hasDue({ workflow, shards }: Queues, from: string, to: string): Promise<boolean> {
    const range: Range = { from, to, order: 'asc' };
    const pages = Array.from({ length: shards }, (_, shard) =>
      this.page({ workflow, state: 'waiting', shard }, range, 1),
    );
    return (await Promise.all(pages)).some(({ rows }) => rows.length > 0);
  }

  /**
   * Whether a workflow has an item that was first breached between two times, ISO 8601, and has not started a later
   * attempt. Stops with false when `isLate` returns true.
   */
  async hasBreachedBetween(
    { workflow, shards }: Queues,
    { after, by, attemptAtMost }: { after: string; by: string; attemptAtMost: number },
    isLate: () => boolean,
  ): Promise<boolean> {
    for (const state of breachedStates) {
      for (let shard = 0; shard < shards; shard++) {
        const query = this.#query(queueOf(workflow, state, shard), everything);
        const filtered: QueryCommandInput = {
          ...query,
          FilterExpression: '#attempt <= :most AND #since > :after AND #since <= :by',
          ExpressionAttributeNames: {
            ...query.ExpressionAttributeNames,
            '#attempt': 'attempt',
            '#since': 'since',
          },
          ExpressionAttributeValues: {
            ...query.ExpressionAttributeValues,
            ...marshall({ ':after': after, ':by': by, ':most': attemptAtMost }),
          },
          Select: 'COUNT',
        };
        for await (const reply of this.#pages(filtered)) {
          if ((reply.Count ?? 0) > 0) return true;
          if (isLate()) break;
        }
      }
    }
    return false;
  }

  /** Waiting items that a redrive has resumed: how many, and the last next check of one of them, ISO 8601. */
  async countResumed({ workflow, shards }: Queues): Promise<{ count: number; until?: string }> {
    let count = 0;
    let until: string | undefined;
    const queues = Array.from({ length: shards }, (_, shard) => queueOf(workflow, 'waiting', shard));
    await Promise.all(
      queues.map(async (queue) => {
        const query = this.#query(queue, everything);
        const filtered: QueryCommandInput = {
          ...query,
          FilterExpression: 'attribute_exists(#since)',
          ExpressionAttributeNames: { ...query.ExpressionAttributeNames, '#since': 'since' },
        };
        for await (const row of this.#rowsOf(filtered)) {
          count++;
          const time = timeOf(row.position);
          if (until === undefined || time > until) until = time;
        }
      }),
    );
    return { count, ...(until !== undefined && { until }) };
  }

  async #countOf(queue: string, most: number): Promise<number> {
    let count = 0;
    const query: QueryCommandInput = { ...this.#query(queue, everything), Select: 'COUNT' };
    do {
      const reply = await this.#client.send(new QueryCommand({ ...query, Limit: most - count }));
      count += reply.Count ?? 0;
      query.ExclusiveStartKey = reply.LastEvaluatedKey;
    } while (query.ExclusiveStartKey && count < most);
    return count;
  }

  /** The time of the first item of a partition; undefined if there is none. */
  async #firstOf(queue: string): Promise<string | undefined> {
    const { Items } = await this.#client.send(
      new QueryCommand({ ...this.#query(queue, everything), Limit: 1 }),
    );
    return Items?.[0] && timeOf(rowOf(Items[0]).position);
  }

  async *#rowsOf(query: QueryCommandInput): AsyncGenerator<Row> {
    for await (const { Items = [] } of this.#pages(query)) yield* Items.map(rowOf);
  }

  async *#pages(query: QueryCommandInput): AsyncGenerator<QueryCommandOutput> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await this.#client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
      yield reply;
      start = reply.LastEvaluatedKey;
    } while (start);
  }

  #query(queue: string, { from, to, order }: Range): QueryCommandInput {
    return {
      TableName: this.#table,
      IndexName: byTime.name,
      KeyConditionExpression: '#queue = :queue AND #time BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#queue': byTime.partition, '#time': byTime.sort },
      ExpressionAttributeValues: marshall({ ':queue': queue, ':from': from, ':to': to }),
      ScanIndexForward: order === 'asc',
    };
  }
}

function breachedAfter(query: QueryCommandInput, after: string): QueryCommandInput {
  return {
    ...query,
    FilterExpression: '#since > :after',
    ExpressionAttributeNames: { ...query.ExpressionAttributeNames, '#since': 'since' },
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...marshall({ ':after': after }) },
  };
}

function rowOf({ pk, item, time }: Record<string, AttributeValue>): Row {
  return { workflow: workflowOf(String(pk?.S)), item: String(item?.S), position: String(time?.S) };
}

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
