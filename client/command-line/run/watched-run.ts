import type { Client } from '../../client.ts';
import type { ItemOperation, Spool } from '../../spool/spool.ts';
import { WardenError } from '../../warden-error.ts';
import type { Registration } from '../registration.ts';
import { sendFor } from '../send-kept.ts';
import { isAway } from './is-away.ts';

/** How long a call may keep the command from starting, or this process from ending. */
const callMs = 3_000;

/** A day. A timer of Node that is set to more than 24 days fires at once. */
const longestPauseMs = 86_400_000;

export interface WatchedRunOptions {
  /** A client for each call: after failures a client fails at once for a while, and the last call would not be tried. */
  newClient: () => Promise<Client<undefined>>;
  /** Keeps calls that could not be sent. Without a spool they are lost. */
  spool: Spool | undefined;
  workflow: string;
  item: string;
  run: string;
  registration: Registration;
  /** The timeout of the registration, in milliseconds; undefined if the workflow's timeout is used. */
  timeoutMs: number | undefined;
  now: () => number;
}

/** The outcome of a call: sent, kept in the spool, or neither, with the error. */
export type Sent = { state: 'sent' } | { state: 'kept' | 'lost'; error: unknown };

/** The watch of one run of an item, from its registration to its completion or failure. */
export class WatchedRun {
  readonly #options: WatchedRunOptions;
  #state: Sent['state'] = 'lost';
  #timeoutMs: number | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: WatchedRunOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs;
  }

  /** Registers the run. Calls that earlier runs could not send go first: one of them may end this item's last run. */
  async register(interrupted: AbortSignal): Promise<Sent> {
    const { newClient, spool, workflow, item, run, registration, now } = this.#options;
    const client = await newClient();
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(callMs)]);
    const result = await this.#send({ op: 'register', ...registration, item, run }, async () => {
      if (spool && spool.size > 0) await this.#deliver(client, spool, signal);
      const reply = await client.call('register', {
        path: { workflow, item },
        body: { ...registration, run },
        signal,
      });
      this.#timeoutMs ??=
        Date.parse(reply.deadline) - (reply.startedAt === undefined ? now() : Date.parse(reply.startedAt));
    });
    this.#state = result.state;
    return result;
  }

  /** Moves the deadline on every third of the timeout, until `end`. */
  extendWhileAlive(): void {
    const { newClient, workflow, item, run, spool } = this.#options;
    const timeoutMs = this.#timeoutMs;
    if (timeoutMs === undefined || this.#state === 'lost') return;
    const beat = async () => {
      const signal = AbortSignal.timeout(callMs);
      try {
        const client = await newClient();
        if (spool?.has(workflow, item)) await this.#deliver(client, spool, signal);
        await client.progress(workflow, item, { timeout: timeoutMs / 1_000 }, { run, signal });
      } catch (error) {
        // The item is overdue, or belongs to a later run: there is no deadline left to move.
        if (!isAway(error)) return;
      }
      next();
    };
    const next = () => {
      this.#heartbeat = setTimeout(beat, Math.min(timeoutMs / 3, longestPauseMs)).unref();
    };
    next();
  }

  /** Completes the item, or reports the failure. Returns undefined if the run is not watched. */
  async end(
    failed: { reason: string; type: string } | undefined,
    interrupted: AbortSignal,
  ): Promise<Sent | undefined> {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = undefined;
    if (this.#state === 'lost') return undefined;
    const { newClient, spool, workflow, item, run } = this.#options;
    const client = await newClient();
    const operation: ItemOperation = failed
      ? { op: 'progress', item, run, failed }
      : { op: 'complete', item, run };
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(callMs)]);
    return this.#send(operation, async () => {
      // The registration goes first.
      if (spool?.has(workflow, item)) await this.#deliver(client, spool, signal);
      if (failed) await client.progress(workflow, item, { failed }, { run, signal });
      else await client.complete(workflow, item, { run, signal });
    });
  }

  async #send(operation: ItemOperation, send: () => Promise<unknown>): Promise<Sent> {
    const { spool, workflow } = this.#options;
    try {
      await send();
      return { state: 'sent' };
    } catch (error) {
      if (!isAway(error) || spool === undefined) return { state: 'lost', error };
      try {
        await spool.append(workflow, operation);
        return { state: 'kept', error };
      } catch (full) {
        return { state: 'lost', error: full };
      }
    }
  }

  /** Sends all kept calls. Throws if the warden cannot be reached, or if a call on this item has to stay. */
  async #deliver(client: Client<undefined>, spool: Spool, signal: AbortSignal): Promise<void> {
    const { workflow, item } = this.#options;
    const { error } = await spool.deliver(sendFor(client, signal));
    if (isAway(error)) throw error;
    if (spool.has(workflow, item)) throw new WardenError('unreachable', 'the warden is busy');
  }
}
