import type { Clock } from '../../clock.ts';
import { covers } from '../../contract/granted.ts';
import { instant } from '../../contract/time.ts';
import { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { settingsCachedAtLeastMs, settingsCachedMs } from '../../names/clockwork.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { contended } from '../../problem-error.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import type { ConditionalUpdate } from '../expression.ts';
import { countEntries } from './count-entries.ts';
import {
  connectEntries,
  deleteEntry,
  type Entries,
  getEntry,
  readable,
  readEntry,
  type Unreadable,
  updatedEntry,
} from './entries.ts';
import { pageOfEntries } from './entry-pages.ts';

import { nextSettings, savedWorkflow, type WorkflowChange } from './workflow-change.ts';

const kind = registryKinds.workflow;

/** How many workflows a process enters before it counts again. */
const mostEnteredUncounted = 20;

/** A read of a workflow, running or finished. */
interface Reading {
  record: Promise<WorkflowRecord | Unreadable | undefined>;
  /** When the read is too old, in ms since the epoch. */
  until: number;
  /** The read has finished and found the workflow. */
  isThere: boolean;
}

/** Workflows, in the registry table. */
export class RegistryTable {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Cached reads of existing workflows. A missing workflow is read again every time. */
  readonly #readings = new Map<string, Reading>();
  #counted: { count: number; entered: number; until: number } | undefined;

  /** @param random returns 0 to 1, which decides how long a read is cached */
  constructor(entries: Entries, clock: Clock, random: () => number = Math.random) {
    this.#entries = entries;
    this.#clock = clock;
    this.#random = random;
  }

  static connect(environment: RegistryEnvironment, { clock }: Running, clients: Clients): RegistryTable {
    return new RegistryTable(connectEntries(environment, clients), clock);
  }

  /**
   * The workflow, unless there is none or it was removed. Up to 30 s old: a read is cached for 20 to 30 s, at random,
   * so that not all functions read at the same time. A process sees its own changes at once.
   *
   * The absence of a workflow is never cached, and believed only after a consistent read. Its presence can be out of
   * date, because somebody else may have removed it; a registration then enters nothing. The item is still watched
   * (P1), because a removed workflow stays in the registry and the sweep walks removed workflows too. It is shown again
   * once it has an item, and the next registration after 30 s restores it.
   */
  async findWorkflow(workflow: string): Promise<WorkflowRecord | undefined> {
    return readable(await this.findOrUnreadable(workflow));
  }

  /** The same, with an error instead of a record that cannot be read (P8). The error is not cached. */
  async findOrUnreadable(workflow: string): Promise<WorkflowRecord | Unreadable | undefined> {
    const known = this.#readings.get(workflow);
    if (known && this.#clock.now() < known.until) return known.record;
    const reading = this.#keep(workflow, this.#readPresent(workflow, known !== undefined));
    const forget = () => {
      // Somebody may have saved it meanwhile.
      if (this.#readings.get(workflow) === reading) this.#readings.delete(workflow);
    };
    try {
      const found = await reading.record;
      if (!found || 'error' in found) forget();
      else reading.isThere = true;
      return found;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /**
   * For a workflow that is known to exist, an eventually consistent read suffices. It costs half and can miss changes
   * of the last second.
   */
  async #readPresent(workflow: string, isKnown: boolean): Promise<WorkflowRecord | Unreadable | undefined> {
    const found = isKnown ? await this.readOrUnreadable(workflow, false) : undefined;
    if (found && !('removed' in found && found.removed)) return found;
    const certain = await this.readOrUnreadable(workflow);
    return certain && 'removed' in certain && certain.removed ? undefined : certain;
  }

  /**
   * Enters the workflow in the registry, unless this process knows that it is there, as after `findWorkflow` found
   * it. The sweep walks the registry, so no item may be waiting in a workflow outside it (P1). Reads nothing.
   */
  async ensureWorkflow(workflow: string): Promise<void> {
    const known = this.#readings.get(workflow);
    // A running read may still find nothing, and its caller may enter nothing.
    const isKnown = known?.isThere && this.#clock.now() < known.until;
    if (isKnown) return;
    await this.saveWorkflow(workflow, {});
    if (this.#counted) this.#counted.entered++;
  }

  /**
   * How many workflows there are, without removed workflows. Approximate: a count is cached for 30 s, and the workflows
   * that this process has entered since are added to it.
   */
  async countWorkflows(): Promise<number> {
    const now = this.#clock.now();
    if (!this.#counted || now >= this.#counted.until || this.#counted.entered >= mostEnteredUncounted) {
      const count = await countEntries(this.#entries, kind, {
        filter: 'attribute_not_exists(#removed) OR #removed = :no',
        values: { no: false },
      });
      this.#counted = { count, entered: 0, until: now + settingsCachedMs };
    }
    return this.#counted.count + this.#counted.entered;
  }

  #keep(workflow: string, record: Reading['record'], isThere = false): Reading {
    const keptMs = settingsCachedAtLeastMs + this.#random() * (settingsCachedMs - settingsCachedAtLeastMs);
    // Names come from callers: an unbounded cache would grow with every name ever sent.
    if (this.#readings.size >= 10_000) this.#readings.clear();
    const reading = { record, until: this.#clock.now() + keptMs, isThere };
    this.#readings.set(workflow, reading);
    return reading;
  }

  async readWorkflow(workflow: string): Promise<WorkflowRecord | undefined> {
    return readEntry(this.#entries, WorkflowRecord, kind, workflow);
  }

  /** The workflow; an error if its record cannot be read (P8). */
  async readOrUnreadable(
    workflow: string,
    isConsistent = true,
  ): Promise<WorkflowRecord | Unreadable | undefined> {
    return getEntry(this.#entries, WorkflowRecord, kind, workflow, isConsistent);
  }

  /**
   * Enters the workflow, or restores a removed one, with these settings and this silence if given. `sameExpectation`
   * says that the expected registrations are unchanged, so windows are judged as before.
   */
  async saveWorkflow(workflow: string, change: WorkflowChange): Promise<WorkflowRecord> {
    const saved = await this.saveUnlessChanged(workflow, change);
    if (!saved) throw contended(`workflow "${workflow}"`);
    return saved;
  }

  /** The same; undefined if somebody else has changed meanwhile what it is a change of. */
  saveUnlessChanged(workflow: string, change: WorkflowChange): Promise<WorkflowRecord | undefined> {
    return this.#update(workflow, savedWorkflow(change, instant(this.#clock.now())));
  }

  /** Ends the silence of a workflow, if there is one. False when there is no such workflow. */
  async endSilence(workflow: string): Promise<boolean> {
    const ended = await this.#update(workflow, {
      set: {},
      remove: ['silence'],
      conditions: ['attribute_exists(#kind)', '(attribute_not_exists(#removed) OR #removed = :no)'],
      values: { no: false },
    });
    return ended !== undefined;
  }

  /**
   * Removes the settings and the silence, and marks the workflow as removed. It stays in the registry for a day (see
   * WorkflowRecord). A change of the settings that was begun before does not hold over the removal, even if the workflow
   * has been restored since.
   */
  async removeWorkflow(workflow: string): Promise<void> {
    await this.#update(workflow, {
      set: { settings: {}, removed: true, removedAt: instant(this.#clock.now()) },
      remove: ['silence'],
      actions: [nextSettings],
      values: { none: 0, one: 1 },
      conditions: ['attribute_exists(#kind)'],
    });
  }

  /** Records the time of removal of a workflow that an earlier version removed. */
  async recordRemoval(workflow: string): Promise<void> {
    await this.#update(workflow, {
      set: { removedAt: instant(this.#clock.now()) },
      conditions: ['#removed = :yes', 'attribute_not_exists(#removedAt)'],
      values: { yes: true },
    });
  }

  /** Deletes a removed workflow from the registry, unless it was entered again since the snapshot. */
  async forgetWorkflow({ name, removedAt }: Pick<WorkflowRecord, 'name' | 'removedAt'>): Promise<boolean> {
    const unchanged = ['#removed = :yes', '#removedAt = :removedAt'];
    return deleteEntry(this.#entries, kind, name, unchanged, { yes: true, removedAt });
  }

  /**
   * Workflows that the pattern covers (a name, or a prefix with a star), by name, starting after `after`; as many as
   * one page of DynamoDB or `limit` allows. No other workflow is read. An unreadable record is an error in its place
   * (P8).
   */
  async workflows(
    pattern: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (WorkflowRecord | Unreadable)[]; more: boolean }> {
    if (after !== undefined && isPast(pattern, after)) return { records: [], more: false };
    const { records, last } = await pageOfEntries(this.#entries, WorkflowRecord, kind, {
      range: pattern.endsWith('*') ? { startsWith: pattern.slice(0, -1) } : { is: pattern },
      limit,
      // DynamoDB refuses to continue from a key that the condition does not cover.
      after: after !== undefined && covers([pattern], after) ? after : undefined,
    });
    return { records, more: last !== undefined };
  }

  /** Undefined when a condition does not hold. */
  async #update(workflow: string, update: ConditionalUpdate): Promise<WorkflowRecord | undefined> {
    // Also after an error: the write may have succeeded and its reply been lost.
    this.#readings.delete(workflow);
    const record = await updatedEntry(this.#entries, WorkflowRecord, kind, workflow, update);
    // A read that started meanwhile may have the old state.
    this.#readings.delete(workflow);
    if (record && !record.removed) this.#keep(workflow, Promise.resolve(record), true);
    return record;
  }
}

/** Whether `after` comes after all names that the pattern covers. */
function isPast(pattern: string, after: string): boolean {
  if (!pattern.endsWith('*')) return after >= pattern;
  const start = pattern.slice(0, -1);
  return after > start && !after.startsWith(start);
}
