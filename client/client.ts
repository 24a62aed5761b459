import type { BodyOf, CallLimits, ReplyOf } from '../core/contract/calls.ts';
import { reasonText } from '../core/contract/reason-text.ts';
import { Batching, type BatchingOptions } from './batching.ts';
import { type Call, type ConnectionOptions, connect } from './connection.ts';
import { Deliveries } from './deliveries.ts';
import { ItemCalls, type Spooled } from './item-calls.ts';
import { auditOf, tokensOf } from './resources/access.ts';
import { incidentsOf } from './resources/incidents.ts';
import { itemsOf } from './resources/items.ts';
import { discardOf, redrivesOf } from './resources/redrives.ts';
import { workflowsOf } from './resources/workflows.ts';
import type { Delivery, ItemOperation, Spool } from './spool/spool.ts';
import { createReporter, type OnError } from './trouble.ts';
import { Watch, type Watched, type WatchOptions } from './watch.ts';

export interface ClientOptions<Kept extends Spool | undefined = Spool | undefined> extends ConnectionOptions {
  /** Keeps calls on items that could not be delivered, and delivers them later. */
  spool?: Kept;
  /**
   * What happens to a registration if the warden cannot be reached. `spool`: it is kept and delivered later; the
   * default with a spool. `throw`: it throws, and `watch` does not start the work. `run-unwatched`: `watch` starts the
   * work without a watch; the default without a spool.
   */
  onUnavailable?: 'spool' | 'throw' | 'run-unwatched';
  /** Handles errors of `watch` and of deliveries. By default a warning is printed. */
  onError?: OnError;
  /** Collects calls on items of a workflow into batches. */
  batching?: BatchingOptions;
}

/**
 * The run or attempt of an item that a call is about, so that the call does not affect any other, and limits of the
 * call.
 */
export interface Only extends CallLimits {
  run?: string | undefined;
  attempt?: number | undefined;
}

type WithoutItem<Body> = Omit<Body, 'item'>;

/**
 * A client of a warden. Every method throws a WardenError; `watch` throws only errors of the work, unless `onError`
 * asks for its own errors too. Throws a TypeError for invalid options.
 */
export function createClient<Kept extends Spool | undefined = undefined>(options: ClientOptions<Kept>) {
  type Reply<Name extends 'register' | 'progress' | 'complete'> =
    | ReplyOf<Name>
    | (Kept extends undefined ? never : Spooled);

  const { spool, onError } = options;
  const onUnavailable = options.onUnavailable ?? (spool ? 'spool' : 'run-unwatched');
  if (onUnavailable === 'spool' && !spool) {
    throw new TypeError('onUnavailable "spool" needs a spool; received none');
  }
  const connection = connect(options);
  const { call, tryTimeoutMs } = connection;
  const report = createReporter(onError, connection.clock);
  const deliveries = spool && new Deliveries(connection, spool, report);
  const items = new ItemCalls({
    connection,
    timeoutMs: connection.timeoutMs,
    batching: options.batching && new Batching(connection, options.batching),
    spool,
    deliveries,
    keepsRegistrations: onUnavailable === 'spool',
  });
  const watchParts = {
    calls: items,
    report,
    timeoutMs: tryTimeoutMs,
    isRequired: onUnavailable === 'throw',
  };
  const change = <Name extends 'register' | 'progress' | 'complete'>(
    workflow: string,
    operation: ItemOperation,
    limits: CallLimits,
  ) => items.call(workflow, operation, limits) as Promise<Reply<Name>>;

  return {
    /** Watches an item until it is completed. */
    register: (
      workflow: string,
      item: string,
      body: WithoutItem<BodyOf<'register'>>,
      limits: CallLimits = {},
    ) => change<'register'>(workflow, { op: 'register', ...body, item }, limits),

    /** Reports a step, sets a new deadline, changes tags or data. */
    progress: (
      workflow: string,
      item: string,
      body: WithoutItem<BodyOf<'progress'>>,
      { run, attempt, ...limits }: Only = {},
    ) => change<'progress'>(workflow, { op: 'progress', ...body, item, run, attempt }, limits),

    /** The work is done. */
    complete: (workflow: string, item: string, { run, attempt, ...limits }: Only = {}) =>
      change<'complete'>(workflow, { op: 'complete', item, run, attempt }, limits),

    /**
     * The work has failed; people are notified at once. The reason may be the output of a job: colours are removed, and
     * of a long reason the end is kept.
     */
    fail: (
      workflow: string,
      item: string,
      { reason = '', type, exit }: { reason?: string; type?: string; exit?: number } = {},
      { run, attempt, ...limits }: Only = {},
    ) => {
      const failed = { reason: reasonText(reason, exit), type };
      return change<'progress'>(workflow, { op: 'progress', item, run, attempt, failed }, limits);
    },

    /** Registers an item, does the work, and completes the item, or fails it if the work throws. */
    watch: <Result>(
      workflow: string,
      item: string,
      watchOptions: WatchOptions,
      work: (watched: Watched) => Result | Promise<Result>,
    ): Promise<Result> =>
      new Watch(watchParts, workflow, item, watchOptions.run ?? crypto.randomUUID()).around(
        watchOptions,
        work,
      ),

    ...itemsOf(connection),
    workflows: workflowsOf(connection),
    incidents: incidentsOf(connection),
    redrives: redrivesOf(connection),
    discard: discardOf(connection),
    tokens: tokensOf(connection),
    audit: auditOf(connection),

    /** The result of each health check, also if one of them fails. */
    health: (limits: CallLimits = {}) => call('check-health', { path: {}, ...limits }),

    /** Delivers the kept operations of the spool now, instead of in the background. */
    flush: async (limits: CallLimits = {}): Promise<Delivery> =>
      deliveries ? deliveries.flush(limits) : { delivered: 0, refused: [], overdue: [], left: 0 },

    /**
     * Waits for the running calls on items, tries once to deliver the kept operations unless the circuit is open, and
     * closes the spool. Operations that are not delivered stay in the spool for the next process.
     */
    close: async (): Promise<void> => {
      await items.settled();
      try {
        // A program that is being stopped must not wait for a warden that hangs: the remaining operations stay in the
        // spool.
        const isWorthATry = spool && spool.size > 0 && !connection.circuit.isOpen;
        if (isWorthATry) await deliveries?.flush({ timeoutMs: tryTimeoutMs });
      } finally {
        await deliveries?.close();
        await spool?.close();
      }
    },

    /** Any operation, typed by its contract. */
    call: call as Call,
  };
}

/** With a spool, calls on items may return that they are kept in it. */
export type Client<Kept extends Spool | undefined = Spool | undefined> = ReturnType<
  typeof createClient<Kept>
>;

// This file is the entry of the package, so it also exports the types that callers name in their own code.
export type { Sign } from './connection.ts';
export type { Spooled } from './item-calls.ts';
export type { Fetch } from './one-try.ts';
export type { Delivery, Spool } from './spool/spool.ts';
export type { OnError, Trouble } from './trouble.ts';
export { WardenError, type WardenErrorCode } from './warden-error.ts';
export type { Watched, WatchOptions } from './watch.ts';
