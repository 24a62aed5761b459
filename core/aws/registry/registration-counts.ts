import { randomInt } from 'node:crypto';
import * as z from 'zod/mini';
import type { Expectation } from '../../contract/workflow.ts';
import { errorFields, type Log } from '../../log.ts';
import { type ExpectedWindow, shardsOf, windowAt } from '../../model/workflow/expectation.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds, shardedKind } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import type { ConditionalUpdate } from '../expression.ts';
import { connectEntries, type Entries, readEntry, updatedEntry } from './entries.ts';

/** A record is reused every fourth window, so nothing needs to be cleaned up. */
const slots = 4;

const CountRecord = z.object({ window: z.int(), count: z.int() });

/** Registrations to be counted. */
interface Uncounted {
  workflow: string;
  expectation: Expectation;
  window: ExpectedWindow;
  count: number;
}

/** What this process knows of a window. */
interface Known {
  window: string;
  isFull: boolean;
  /** From this count of a single record, reading all records is worthwhile. */
  readAt: number;
}

/**
 * Counts the registrations of a workflow that expects some, in the registry table, until the window certainly has
 * enough: then nothing needs to be written any more (docs/adr/0013).
 */
export class RegistrationCounts {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #log: Log;
  /** By workflow. Only workflows with the setting are in it, so callers cannot make it grow. */
  readonly #known = new Map<string, Known>();
  /**
   * By workflow and window: registrations to be counted, including those of a failed write, which the next write
   * adds.
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
    const window = windowAt(expectation, at);
    const known = this.#known.get(workflow);
    if (known?.isFull && known.window === nameOf(window, expectation)) return;
    this.#remember({ workflow, expectation, window, count: 1 });
    const due = [...this.#uncounted.values()];
    this.#uncounted.clear();
    for (const one of due) await this.#count(one);
  }

  /** The registrations counted in a window: all of them, or enough of them. */
  async read(workflow: string, expectation: Expectation, window: ExpectedWindow): Promise<number> {
    const shards = Array.from({ length: shardsOf(expectation) }, (_, shard) => shard);
    const counts = await Promise.all(
      shards.map((shard) => readEntry(this.#entries, CountRecord, kindOf(workflow, shard), slotOf(window))),
    );
    return counts
      .filter((count) => count !== undefined)
      .filter(({ window: number }) => number === window.number)
      .reduce((sum, { count }) => sum + count, 0);
  }

  #remember(uncounted: Uncounted): void {
    const name = `${uncounted.workflow}#${nameOf(uncounted.window, uncounted.expectation)}`;
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
   * Adds to the count of one record and returns the new count. A record of an older window starts again. Undefined
   * for a window so old that its record is reused: nobody needs its count any more.
   */
  async #write({ workflow, expectation, window, count }: Uncounted): Promise<number | undefined> {
    const kind = kindOf(workflow, randomInt(shardsOf(expectation)));
    const { number } = window;
    const add = () =>
      this.#update(kind, window, {
        set: {},
        actions: ['#count = #count + :count'],
        conditions: ['#window = :window'],
        values: { count, window: number },
      });
    const begin = () =>
      this.#update(kind, window, {
        set: { window: number, count },
        conditions: ['(attribute_not_exists(#window) OR #window < :set_window)'],
      });
    // Both conditions can fail because somebody else has started the window in between.
    return (await add()) ?? (await begin()) ?? (await add());
  }

  async #update(
    kind: string,
    window: ExpectedWindow,
    update: ConditionalUpdate,
  ): Promise<number | undefined> {
    return (await updatedEntry(this.#entries, CountRecord, kind, slotOf(window), update))?.count;
  }

  /** Finds out whether the window has enough. All records are read only if one of them has its share. */
  async #learn({ workflow, expectation, window }: Uncounted, counted: number): Promise<void> {
    const { atLeast } = expectation;
    const shards = shardsOf(expectation);
    const name = nameOf(window, expectation);
    const known = this.#known.get(workflow);
    if (known?.window === name && (known.isFull || counted < known.readAt)) return;
    if (counted < Math.ceil(atLeast / shards)) return;
    const all = shards === 1 ? counted : await this.read(workflow, expectation, window);
    const missing = Math.max(1, Math.ceil((atLeast - all) / shards));
    this.#known.set(workflow, { window: name, isFull: all >= atLeast, readAt: counted + missing });
  }
}

function nameOf({ everyMs, number }: ExpectedWindow, { atLeast }: Expectation): string {
  return `${everyMs}#${number}#${atLeast}`;
}

function kindOf(workflow: string, shard: number): string {
  return shardedKind(registryKinds.registrations, workflow, shard);
}

/** The length of the window is part of the name, so that numbers of windows of different lengths never meet. */
function slotOf({ everyMs, number }: ExpectedWindow): string {
  return `${everyMs}#${number % slots}`;
}
