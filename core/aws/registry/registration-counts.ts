import { randomInt } from 'node:crypto';
import * as z from 'zod/mini';
import type { Expectation } from '../../contract/expectation.ts';
import { errorFields, type Log } from '../../log.ts';
import {
  type Counted,
  type CountedPart,
  everyMsOf,
  mostEvery,
  partAt,
  partOf,
  partsOfEvery,
  shardsOf,
} from '../../model/workflow/expectation.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds, shardedKind } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import type { ConditionalUpdate } from '../expression.ts';
import { connectEntries, type Entries, readable, readEntry, updatedEntry } from './entries.ts';
import { allEntries } from './entry-pages.ts';

/** A record is reused when its part is no longer read, so nothing needs to be cleaned up. */
const slots = (mostEvery + 1) * partsOfEvery;

const CountRecord = z.object({
  count: z.int(),
  part: z.optional(z.int()),
  /** Written by versions that counted whole windows of length `every`, instead of `part`. */
  window: z.optional(z.int()),
});

/** Registrations to be counted. */
interface Uncounted {
  workflow: string;
  expectation: Expectation;
  part: CountedPart;
  count: number;
}

/** What this process knows of a part. */
interface Known {
  part: string;
  isFull: boolean;
  /** From this count of a single record, reading all records is worthwhile. */
  readAt: number;
}

/**
 * Counts the registrations of a workflow that expects some, in the registry table, until a part of the time certainly
 * has enough: then nothing needs to be written any more (docs/adr/0013).
 */
export class RegistrationCounts {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #log: Log;
  /** By workflow. Only workflows with the setting are in it, so callers cannot make it grow. */
  readonly #known = new Map<string, Known>();
  /**
   * By workflow and part: registrations to be counted, including the registrations of a failed write, which the next
   * write adds.
   */
  readonly #uncounted = new Map<string, Uncounted>();

  constructor(entries: Entries, log: Log) {
    this.#entries = entries;
    this.#log = log;
  }

  static connect(environment: RegistryEnvironment, { log }: Running, clients: Clients): RegistrationCounts {
    return new RegistrationCounts(connectEntries(environment, clients), log);
  }

  /**
   * Counts a registration. If it cannot be counted now, the next registration in this process counts it too: the item
   * is watched anyway, and a caller that retried after an error would change nothing.
   *
   * @param at when the item was registered, in ms since the epoch
   */
  async add(workflow: string, expectation: Expectation, at: number): Promise<void> {
    const part = partAt(expectation, at);
    const known = this.#known.get(workflow);
    if (known?.isFull && known.part === nameOf(part, expectation)) return;
    this.#remember({ workflow, expectation, part, count: 1 });
    const due = [...this.#uncounted.values()];
    this.#uncounted.clear();
    for (const one of due) await this.#count(one);
  }

  /** The registrations that are still counted, by part: all of a part, or as many of them as are enough. */
  async readAll(workflow: string, expectation: Expectation): Promise<Counted[]> {
    const everyMs = everyMsOf(expectation);
    const found = await Promise.all(
      shardNumbers(expectation).map(async (shard) => {
        const counts: Counted[] = [];
        const range = { startsWith: `${everyMs}#` };
        const records = allEntries(this.#entries, CountRecord, kindOf(workflow, shard), { range });
        for await (const record of records) {
          const { count, part, window } = readable(record) ?? { count: 0 };
          const first = part ?? (window ?? 0) * partsOfEvery;
          const last = part ?? first + partsOfEvery - 1;
          counts.push({ count, from: partOf(everyMs, first).from, to: partOf(everyMs, last).to });
        }
        return counts;
      }),
    );
    return found.flat();
  }

  /** The registrations counted in a part: all of them, or as many as are enough. */
  async read(workflow: string, expectation: Expectation, part: CountedPart): Promise<number> {
    const counts = await Promise.all(
      shardNumbers(expectation).map((shard) =>
        readEntry(this.#entries, CountRecord, kindOf(workflow, shard), slotOf(part)),
      ),
    );
    return counts
      .filter((count) => count !== undefined)
      .filter((count) => count.part === part.number)
      .reduce((sum, { count }) => sum + count, 0);
  }

  #remember(uncounted: Uncounted): void {
    const name = `${uncounted.workflow}#${nameOf(uncounted.part, uncounted.expectation)}`;
    const before = this.#uncounted.get(name)?.count ?? 0;
    this.#uncounted.set(name, { ...uncounted, count: before + uncounted.count });
  }

  async #count(uncounted: Uncounted): Promise<void> {
    const { workflow } = uncounted;
    let counted: number | undefined;
    try {
      counted = await this.#write(uncounted);
    } catch (error) {
      this.#remember(uncounted);
      this.#log.error('registration not counted yet; the next one counts it', {
        workflow,
        ...errorFields(error),
      });
    }
    try {
      if (counted !== undefined) await this.#learn(uncounted, counted);
    } catch (error) {
      // At worst this costs an unneeded write; the next registration reads again.
      this.#log.warn('registrations could not be counted', { workflow, ...errorFields(error) });
    }
  }

  /**
   * Adds to the count of one record and returns the new count. A record of an older part starts again. Undefined
   * for a part so old that its record is reused: nobody needs its count any more.
   */
  async #write({ workflow, expectation, part, count }: Uncounted): Promise<number | undefined> {
    const kind = kindOf(workflow, randomInt(shardsOf(expectation)));
    const { number } = part;
    const add = () =>
      this.#update(kind, part, {
        set: {},
        actions: ['#count = #count + :count'],
        conditions: ['#part = :part'],
        values: { count, part: number },
      });
    const begin = () =>
      this.#update(kind, part, {
        set: { part: number, count },
        conditions: ['(attribute_not_exists(#part) OR #part < :set_part)'],
      });
    // Both conditions can fail because somebody else has started the part in between.
    return (await add()) ?? (await begin()) ?? (await add());
  }

  async #update(kind: string, part: CountedPart, update: ConditionalUpdate): Promise<number | undefined> {
    return (await updatedEntry(this.#entries, CountRecord, kind, slotOf(part), update))?.count;
  }

  /** Finds out whether the part has enough. All records are read only if one of them has its share. */
  async #learn({ workflow, expectation, part }: Uncounted, counted: number): Promise<void> {
    const { atLeast } = expectation;
    const shards = shardsOf(expectation);
    const name = nameOf(part, expectation);
    const known = this.#known.get(workflow);
    if (known?.part === name && (known.isFull || counted < known.readAt)) return;
    if (counted < Math.ceil(atLeast / shards)) return;
    const all = shards === 1 ? counted : await this.read(workflow, expectation, part);
    const missing = Math.max(1, Math.ceil((atLeast - all) / shards));
    this.#known.set(workflow, { part: name, isFull: all >= atLeast, readAt: counted + missing });
  }
}

function nameOf({ everyMs, number }: CountedPart, { atLeast }: Expectation): string {
  return `${everyMs}#${number}#${atLeast}`;
}

function shardNumbers(expectation: Expectation): number[] {
  return Array.from({ length: shardsOf(expectation) }, (_, shard) => shard);
}

function kindOf(workflow: string, shard: number): string {
  return shardedKind(registryKinds.registrations, workflow, shard);
}

/** The length of `every` is part of the name, so that numbers of parts of different lengths never meet. */
function slotOf({ everyMs, number }: CountedPart): string {
  return `${everyMs}#part-${number % slots}`;
}
