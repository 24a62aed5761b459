import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { breachedStates } from '../../contract/item.ts';
import { sumOfCounts } from '../../contract/sum.ts';
import {
  type BreachedQueue,
  breachedQueues,
  type QueueName,
  queueNames,
} from '../../model/item/queue-names.ts';
import {
  type BreachedCounts,
  everything,
  filtered,
  partitionsOf,
  queryOf,
  type Range,
  type Row,
  rowOf,
} from './by-time-query.ts';
import { countOf, pagesOf, rowsOf } from './index-pages.ts';
import { queueOf, stuckMark, timeOf } from './keys.ts';
import type { Queues } from './queues.ts';
import type { StateCount, StateCounts } from './state-counts.ts';

/** Workflows whose last breached item is remembered. Names come from callers, so their number is bounded. */
const mostRemembered = 10_000;

/**
 * The index `by-time`: waiting items in order of their next check, breached items in order of registration. The index
 * follows the table with a delay, so no decision is made by it alone.
 */
export class ByTime {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  /** The partition in which a breached item of a workflow was found last. */
  readonly #lastBreached = new Map<string, string>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Rows of a workflow and queue, partition after partition, read lazily page by page. */
  async *rows(of: Queues, name: QueueName, range: Range, pageSize: number): AsyncGenerator<Row> {
    for (const queue of partitionsOf(of, name)) {
      yield* rowsOf(this.#client, { ...this.#query(queue, range), Limit: pageSize });
    }
  }

  /** Reported items that were not started in time and whose deadline has passed by `at` (ISO 8601), read lazily. */
  async *pastDeadline({ workflow, shards }: Queues, at: string): AsyncGenerator<Row> {
    for (let shard = 0; shard < shards; shard++) {
      const query = this.#query(queueOf(workflow, 'not-started', shard), everything);
      yield* rowsOf(this.#client, filtered(query, '#since <= :at', { ':at': at }));
    }
  }

  /** The first rows of one partition, and whether there are more. */
  async page(
    { workflow, queue, shard }: { workflow: string; queue: QueueName; shard: number },
    range: Range,
    pageSize: number,
  ): Promise<{ rows: Row[]; more: boolean }> {
    const query = { ...this.#query(queueOf(workflow, queue, shard), range), Limit: pageSize };
    const { Items = [], LastEvaluatedKey } = await this.#client.send(new QueryCommand(query));
    return { rows: Items.map(rowOf), more: LastEvaluatedKey !== undefined };
  }

  /** The number of items in a queue of a workflow, counted up to `most`, and the time of the first. */
  async count(of: Queues, name: QueueName, most: number): Promise<StateCount> {
    const queues = partitionsOf(of, name);
    // Items are spread evenly over the partitions, so a part of each shows "many" without reading all.
    const mostOfQueue = Math.ceil((most / of.shards) * 1.25);
    const counts = await Promise.all(
      queues.map(async (queue) => {
        const count = await this.#count(queue, mostOfQueue);
        return count < mostOfQueue ? { queue, count } : { queue, count, isCut: true };
      }),
    );
    // Items are not spread evenly while old items are in the partitions that the workflow had before it got more.
    if (sumOfCounts(counts) <= most) {
      await Promise.all(
        counts
          .filter(({ isCut }) => isCut)
          .map(async (counted) => {
            counted.count = await this.#count(counted.queue, most + 1);
          }),
      );
    }
    const total = sumOfCounts(counts);
    const filled = counts.flatMap(({ queue, count }) => (count > 0 ? [queue] : []));
    const firsts = await Promise.all(filled.map((queue) => this.#firstOf(queue)));
    const [first] = firsts.flatMap((time) => time ?? []).sort();
    return {
      count: Math.min(total, most),
      capped: total > most,
      ...(first !== undefined && { first }),
    };
  }

  /** The same for all queues of a workflow, one after the other: on a laptop, alerts wait for queries under way. */
  async countAll(queues: Queues, most: number): Promise<StateCounts> {
    const counts: Partial<StateCounts> = {};
    for (const name of queueNames) counts[name] = await this.count(queues, name, most);
    return counts as StateCounts;
  }

  /**
   * The number of breached items of a workflow that are reported; with `after`, of the items breached after that time.
   *
   * @param names the queues to count in; every other count is 0
   */
  async countBreached(
    of: Queues,
    names: readonly BreachedQueue[] = breachedQueues,
    after?: string,
  ): Promise<BreachedCounts> {
    const counted: Record<BreachedQueue, number> = { 'not-started': 0, overdue: 0, failed: 0 };
    const queues = names.flatMap((name) => partitionsOf(of, name).map((queue) => ({ name, queue })));
    await Promise.all(
      queues.map(async ({ name, queue }) => {
        const query = this.#query(queue, everything);
        const counting =
          after === undefined ? query : filtered(query, '#since > :after', { ':after': after });
        for await (const reply of pagesOf(this.#client, { ...counting, Select: 'COUNT' })) {
          counted[name] += reply.Count ?? 0;
        }
      }),
    );
    return { overdue: counted.overdue, failed: counted.failed, notStarted: counted['not-started'] };
  }

  /** Whether a workflow has at least this many reported items in these queues. Reads little more than this many. */
  async hasAtLeast(of: Queues, names: readonly BreachedQueue[], least: number): Promise<boolean> {
    const queues = names.flatMap((name) => partitionsOf(of, name));
    const counts = await Promise.all(queues.map((queue) => this.#count(queue, least)));
    return counts.reduce((total, count) => total + count, 0) >= least;
  }

  /** Whether a workflow has an item in the queue of waiting items whose next check is between two times, ISO 8601. */
  async hasDue(of: Queues, from: string, to: string): Promise<boolean> {
    const range: Range = { from, to, order: 'asc' };
    const counts = await Promise.all(
      partitionsOf(of, 'waiting').map((queue) => {
        const query = this.#query(queue, range);
        return this.#client.send(new QueryCommand({ ...query, Select: 'COUNT', Limit: 1 }));
      }),
    );
    return counts.some(({ Count = 0 }) => Count > 0);
  }

  /** Whether a workflow has a reported item in one of these queues. */
  async hasBreached(of: Queues, names: readonly BreachedQueue[] = breachedQueues): Promise<boolean> {
    const queues = names.flatMap((name) => partitionsOf(of, name));
    // A partition that had an item a minute ago most likely still has one: one query instead of all.
    const asked = `${of.workflow}#${names.join()}`;
    const last = this.#lastBreached.get(asked);
    if (last !== undefined && (await this.#count(last, 1)) > 0) return true;
    const counts = await Promise.all(queues.map((queue) => this.#count(queue, 1)));
    const found = queues.find((_, index) => counts[index]);
    if (this.#lastBreached.size >= mostRemembered) this.#lastBreached.clear();
    if (found === undefined) this.#lastBreached.delete(asked);
    else this.#lastBreached.set(asked, found);
    return found !== undefined;
  }

  /**
   * Whether a workflow has an item that was first breached between two times, ISO 8601, and has not started a later
   * attempt. Items that were not started in time do not count. Stops with false when `isLate` returns true.
   */
  async hasBreachedBetween(
    { workflow, shards }: Queues,
    { after, by, attemptAtMost }: { after: string; by: string; attemptAtMost: number },
    isLate: () => boolean,
  ): Promise<boolean> {
    for (const state of breachedStates) {
      for (let shard = 0; shard < shards; shard++) {
        const query = this.#query(queueOf(workflow, state, shard), everything);
        const matching = filtered(query, '#attempt <= :most AND #since > :after AND #since <= :by', {
          ':after': after,
          ':by': by,
          ':most': attemptAtMost,
        });
        for await (const reply of pagesOf(this.#client, { ...matching, Select: 'COUNT' })) {
          if ((reply.Count ?? 0) > 0) return true;
          if (isLate()) break;
        }
      }
    }
    return false;
  }

  /**
   * Waiting items of an incident that a redrive has resumed: their number, and the latest of their next checks, ISO
   * 8601.
   */
  async countResumed(of: Queues, incident: string): Promise<{ count: number; until?: string }> {
    let count = 0;
    let until: string | undefined;
    const queues = partitionsOf(of, 'waiting');
    await Promise.all(
      queues.map(async (queue) => {
        const query = this.#query(queue, everything);
        const ofIncident = filtered(query, 'contains(#since, :incident)', { ':incident': `#${incident}` });
        for await (const row of rowsOf(this.#client, ofIncident)) {
          count++;
          const time = timeOf(row.position);
          if (until === undefined || time > until) until = time;
        }
      }),
    );
    return { count, ...(until !== undefined && { until }) };
  }

  /** The number of waiting items of a workflow that people were warned of as stuck. */
  async countStuck(of: Queues): Promise<number> {
    const counts = partitionsOf(of, 'waiting').map(async (queue) => {
      let count = 0;
      const query = filtered(this.#query(queue, everything), 'contains(#since, :mark)', {
        ':mark': stuckMark,
      });
      const pages = pagesOf(this.#client, { ...query, Select: 'COUNT' });
      for await (const reply of pages) count += reply.Count ?? 0;
      return { count };
    });
    return sumOfCounts(await Promise.all(counts));
  }

  /** The time of the first item of a partition; undefined if there is none. */
  async #firstOf(queue: string): Promise<string | undefined> {
    const { Items } = await this.#client.send(
      new QueryCommand({ ...this.#query(queue, everything), Limit: 1 }),
    );
    return Items?.[0] && timeOf(rowOf(Items[0]).position);
  }

  #count(queue: string, most: number): Promise<number> {
    return countOf(this.#client, this.#query(queue, everything), most);
  }

  #query(queue: string, range: Range): QueryCommandInput {
    return queryOf(this.#table, queue, range);
  }
}
