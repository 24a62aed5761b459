import pLimit from 'p-limit';
import * as z from 'zod/mini';
import type { Clock } from '../../clock.ts';
import { instant } from '../../contract/time.ts';
import { errorFields, type Log } from '../../log.ts';
import { bucketOf, buckets } from '../../model/workflow/duration-histogram.ts';
import {
  beginOf,
  type CountName,
  countNames,
  keptMs,
  noCounts,
  noDurations,
  type Period,
  type PeriodLength,
  periodLengths,
} from '../../model/workflow/statistics.ts';
import { flushStatisticsEveryMs } from '../../names/clockwork.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { statisticsKind } from '../../names/registry-kinds.ts';
import { expiryAttribute } from '../../names/tables.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import { connectEntries, type Entries, type Unreadable, updateEntry } from './entries.ts';
import { allEntries } from './entry-pages.ts';

/**
 * When this many counts are gathered, they are written at once, however recent the last flush: this bounds what a
 * process that dies loses.
 */
const mostGathered = 1_000;
/** How long a reply may wait for figures. Counts that are not written by then are kept for the next flush. */
const flushWithinMs = 5_000;
/** How many entries are written at the same time. */
const parallel = 16;

const bucketNames = Array.from({ length: buckets }, (_, bucket) => `b${bucket}`);
const Count = z.optional(z.number());
const PeriodRecord = z.object({
  name: z.string(),
  ...Object.fromEntries([...countNames, ...bucketNames].map((name) => [name, Count])),
});

/** What happened to items of a workflow. */
export interface Happened {
  /** How many of each count. */
  counts: Partial<Record<CountName, number>>;
  /** How long completed attempts took, in milliseconds. */
  tookMs?: readonly number[];
}

/** The counts of a period that are not written yet. */
interface Gathered {
  workflow: string;
  by: PeriodLength;
  from: number;
  /** By attribute. */
  added: Map<string, number>;
}

/**
 * What happens in each workflow by hour and by day, in the registry table. Functions count in memory; `flush` adds it to
 * the table every few seconds, so that under load a write serves hundreds of items. A process that dies loses what it
 * counted since the last flush: nothing but figures for people depends on these counts.
 */
export class Statistics {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #clock: Clock;
  readonly #log: Log;
  #gathered = new Map<string, Gathered>();
  #count = 0;
  #flushedAt = 0;

  constructor(entries: Entries, clock: Clock, log: Log) {
    this.#entries = entries;
    this.#clock = clock;
    this.#log = log;
  }

  static connect(environment: RegistryEnvironment, { clock, log }: Running, clients: Clients): Statistics {
    return new Statistics(connectEntries(environment, clients), clock, log);
  }

  /** Counts events that happened now. Replies have them after the next flush. */
  count(workflow: string, { counts, tookMs = [] }: Happened): void {
    const added = new Map<string, number>(Object.entries(counts));
    for (const ms of tookMs) add(added, `b${bucketOf(ms)}`, 1);
    const now = this.#clock.now();
    for (const by of periodLengths) this.#gather({ workflow, by, from: beginOf(now, by), added });
    this.#count++;
  }

  /** Writes the gathered counts if the last flush was some seconds ago, or if there are many. */
  async flushIfDue(): Promise<void> {
    const isDue = this.#clock.now() - this.#flushedAt >= flushStatisticsEveryMs;
    if (isDue || this.#count >= mostGathered) await this.flush(AbortSignal.timeout(flushWithinMs));
  }

  /**
   * Writes the gathered counts. Counts that cannot be written are kept for the next flush; the counted work is not
   * affected.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    const gathered = [...this.#gathered.values()];
    if (gathered.length === 0) return;
    this.#gathered = new Map();
    this.#count = 0;
    this.#flushedAt = this.#clock.now();
    await pLimit(parallel).map(gathered, async (one) => {
      try {
        await this.#write(one, signal);
      } catch (error) {
        this.#gather(one);
        const { workflow } = one;
        this.#log.error('statistics not written yet; the next flush writes them', {
          workflow,
          ...errorFields(error),
        });
      }
    });
  }

  /** The periods that begin in this range, both ends included, in which something happened, oldest first. */
  async read(
    workflow: string,
    by: PeriodLength,
    range: { from: number; to: number },
  ): Promise<(Period | Unreadable)[]> {
    const between = [nameOf(by, range.from), nameOf(by, range.to)] as const;
    const records = allEntries(this.#entries, PeriodRecord, statisticsKind(workflow), { range: { between } });
    const periods = [];
    for await (const record of records) periods.push('error' in record ? record : periodOf(by, record));
    return periods as (Period | Unreadable)[];
  }

  #gather({ workflow, by, from, added }: Gathered): void {
    const key = `${workflow}#${by}#${from}`;
    const before = this.#gathered.get(key);
    if (before === undefined) this.#gathered.set(key, { workflow, by, from, added: new Map(added) });
    else for (const [name, count] of added) add(before.added, name, count);
  }

  async #write({ workflow, by, from, added }: Gathered, signal?: AbortSignal): Promise<void> {
    const names = [...added.keys()];
    const update = {
      set: { [expiryAttribute]: Math.ceil((from + keptMs[by]) / 1000) },
      actions: names.map((name) => `#${name} = if_not_exists(#${name}, :none) + :${name}`),
      conditions: [],
      values: { none: 0, ...Object.fromEntries(added) },
    };
    await updateEntry(this.#entries, statisticsKind(workflow), nameOf(by, from), update, signal);
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function nameOf(by: PeriodLength, from: number): string {
  return `${by}#${instant(from)}`;
}

function periodOf(by: PeriodLength, record: z.output<typeof PeriodRecord>): Period {
  const { name: _, ...rest } = record;
  const values: Record<string, number | undefined> = rest;
  const counts = noCounts();
  for (const name of countNames) counts[name] = values[name] ?? 0;
  const durations = noDurations().map((_, bucket) => values[`b${bucket}`] ?? 0);
  return { from: Date.parse(record.name.slice(by.length + 1)), counts, durations };
}
