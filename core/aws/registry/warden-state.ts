import type { Clock } from '../../clock.ts';
import { SubscribersRecord } from '../../model/warden/subscribers.ts';
import {
  CanaryState,
  Heartbeat,
  OutagesRecord,
  type PastOutage,
  type SweepPosition,
  type WardenOutage,
} from '../../model/warden/warden-state.ts';
import { heartbeatCachedMs } from '../../names/clockwork.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import type { ConditionalUpdate } from '../expression.ts';
import { connectEntries, type Entries, readEntry, updateEntry } from './entries.ts';

const kind = registryKinds.warden;

/** A laptop that sleeps every night has seven outages a week. */
const mostOutages = 100;

/** Canaries whose delays are kept: there is one every five minutes. */
const mostDelays = 48;

/** The warden's own state, in the registry table. */
export class WardenState {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;
  readonly #clock: Clock;
  /** Workflows whose expected registrations could not be judged since the last sweep was recorded. */
  readonly #unjudged = new Set<string>();
  /** How many writes of the heartbeat have ended. */
  #writes = 0;
  #heartbeat: { read: Heartbeat | undefined; until: number } | undefined;

  constructor(entries: Entries, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  static connect(environment: RegistryEnvironment, { clock }: Running, clients: Clients): WardenState {
    return new WardenState(connectEntries(environment, clients), clock);
  }

  /** Up to 5 s old. Undefined if no sweep has run yet. */
  async heartbeat(): Promise<Heartbeat | undefined> {
    if (this.#heartbeat && this.#clock.now() < this.#heartbeat.until) return this.#heartbeat.read;
    const writes = this.#writes;
    const read = await readEntry(this.#entries, Heartbeat, kind, 'heartbeat');
    // A record that was changed while it was read is not kept.
    if (writes === this.#writes) this.#heartbeat = { read, until: this.#clock.now() + heartbeatCachedMs };
    return read;
  }

  /** Records that a sweep has ended, where the next one continues, and whether there was too little time for all. */
  async recordSweep(
    sweptAt: string,
    {
      sweptTo = '',
      openSweptTo = '',
      endingsSweptTo = '',
      isUnfinished,
    }: SweepPosition & { isUnfinished: boolean },
  ): Promise<void> {
    // An empty name sorts before all others: the next sweep starts at the beginning.
    await this.#update('heartbeat', {
      set: { sweptAt, sweptTo, openSweptTo, endingsSweptTo, unjudged: this.#unjudged.size },
      conditions: [],
      ...(isUnfinished
        ? { actions: ['#unfinishedSince = if_not_exists(#unfinishedSince, :at)'], values: { at: sweptAt } }
        : { remove: ['unfinishedSince'] }),
    });
    this.#unjudged.clear();
  }

  /** Records an outage, unless a sweep has run since or somebody else has recorded it. */
  async recordOutage(outage: WardenOutage): Promise<boolean> {
    // First, so that a crash in between forgets no outage. A repeat changes nothing.
    const past = (await this.#pastOutages()).filter(({ from }) => from !== outage.from);
    const outages = [...past, { from: outage.from, to: outage.to }].slice(-mostOutages);
    await this.#update('outages', { set: { outages }, conditions: [] });
    return this.#update('heartbeat', {
      set: { outage },
      conditions: ['#sweptAt = :from', '(attribute_not_exists(#outage) OR #outage.#from <> :from)'],
      values: { from: outage.from },
    });
  }

  /** The latest outages and the last restart, in ms since the epoch: nothing could be registered meanwhile. */
  async outages(): Promise<{ from: number; to: number }[]> {
    const past = await this.#pastOutages();
    const restart = (await this.heartbeat())?.restart;
    return [...past, ...(restart ? [restart] : [])].map(({ from, to }) => ({
      from: Date.parse(from),
      to: Date.parse(to),
    }));
  }

  async #pastOutages(): Promise<PastOutage[]> {
    const found = await readEntry(this.#entries, OutagesRecord, kind, 'outages');
    const past = found?.outages ?? [];
    // A version that kept only the last outage may have recorded it.
    const last = (await this.heartbeat())?.outage;
    return last && !past.some(({ from }) => from === last.from)
      ? [...past, { from: last.from, to: last.to }]
      : past;
  }

  /** Counts a workflow whose expected registrations could not be judged. The next record of a sweep has the number. */
  noteUnjudged(workflow: string): void {
    this.#unjudged.add(workflow);
  }

  /**
   * @param sweptAt the heartbeat from which the restart was concluded; a later heartbeat means that the warden was up
   *   since
   */
  async recordRestart(restart: WardenOutage, sweptAt: string): Promise<void> {
    await this.#update('heartbeat', {
      set: { restart },
      conditions: ['#sweptAt = :sweptAt'],
      values: { sweptAt },
    });
  }

  async canary(): Promise<CanaryState | undefined> {
    return readEntry(this.#entries, CanaryState, kind, 'canary');
  }

  async recordCanary(item: string, armedAt: string): Promise<void> {
    await this.#update('canary', {
      set: { item, armedAt },
      actions: ['#firstArmedAt = if_not_exists(#firstArmedAt, :first)'],
      values: { first: armedAt },
      conditions: [],
    });
  }

  async recordCanarySeen(seenAt: string, delayMs: number): Promise<void> {
    // If two delays are recorded at the same time, one of them may get lost: they are figures for a chart.
    const recent = [...((await this.canary())?.recent ?? []), { at: seenAt, delayMs }].slice(-mostDelays);
    const set = { seenAt, delayMs, recent };
    await this.#update('canary', { set, conditions: ['attribute_exists(#item)'] });
  }

  async subscribers(): Promise<SubscribersRecord | undefined> {
    return readEntry(this.#entries, SubscribersRecord, kind, 'subscribers');
  }

  async recordSubscribers({ at, topics }: SubscribersRecord): Promise<void> {
    await this.#update('subscribers', { set: { at, topics }, conditions: [] });
  }

  async #update(name: string, update: ConditionalUpdate): Promise<boolean> {
    try {
      return await updateEntry(this.#entries, kind, name, update);
    } finally {
      // This comes after the write: a reader in between, such as a health check, would cache the state from before the
      // write.
      if (name === 'heartbeat') {
        this.#writes++;
        this.#heartbeat = undefined;
      }
    }
  }
}
