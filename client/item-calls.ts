import type { CallLimits } from '../core/contract/calls.ts';
import type { Batching } from './batching.ts';
import type { Connection } from './connection.ts';
import type { Deliveries } from './deliveries.ts';
import { ItemOrder } from './item-order.ts';
import { registerNewRun } from './register-new-run.ts';
import { callAlone, type ItemReply } from './single-call.ts';
import type { ItemOperation, Spool } from './spool/spool.ts';
import { WardenError, wardenErrorOf } from './warden-error.ts';

/** Stands for the warden's reply if the call is kept in the spool: it will reach the warden later. */
export interface Spooled {
  outcome: 'spooled';
  workflow: string;
  item: string;
}

export interface ItemCallParts {
  connection: Connection;
  /** The time limit of calls without one of their own, in milliseconds. */
  timeoutMs: number;
  batching: Batching | undefined;
  spool: Spool | undefined;
  deliveries: Deliveries | undefined;
  /** Whether registrations may be kept in the spool, too. */
  keepsRegistrations: boolean;
}

export interface ItemCallLimits extends CallLimits {
  /** Whether the operation registers a run that nobody has registered before. */
  isNewRun?: boolean;
}

type Limited = Omit<ItemCallLimits, 'timeoutMs'> & { until: number };

/**
 * Calls that change an item, in order for each item. With a spool, a call that does not reach the warden is kept, and
 * so are all further calls on the same item until it is delivered.
 */
export class ItemCalls {
  readonly #parts: ItemCallParts;
  readonly #order = new ItemOrder();

  constructor(parts: ItemCallParts) {
    this.#parts = parts;
  }

  /** Throws a WardenError if the operation is neither carried out nor kept. */
  async call(
    workflow: string,
    operation: ItemOperation,
    { timeoutMs, ...limits }: ItemCallLimits,
  ): Promise<ItemReply | Spooled> {
    const { clock, tryTimeoutMs } = this.#parts.connection;
    const isKeepable = this.#mayKeep(operation);
    // Retries are for calls that would be lost otherwise.
    const until = clock.now() + (timeoutMs ?? (isKeepable ? tryTimeoutMs : this.#parts.timeoutMs));
    return this.#order.run(workflow, operation.item, () =>
      this.#call(workflow, operation, { ...limits, until }),
    );
  }

  /** Resolves when the calls made so far have ended. */
  settled(): Promise<void> {
    return this.#order.settled();
  }

  async #call(workflow: string, operation: ItemOperation, limits: Limited): Promise<ItemReply | Spooled> {
    const { connection, spool } = this.#parts;
    if (limits.signal?.aborted) {
      const cause = limits.signal.reason;
      throw new WardenError('aborted', 'the call was aborted by its caller', { cause });
    }
    if (spool?.has(workflow, operation.item)) {
      if (this.#mayKeep(operation)) return this.#keep(workflow, operation);
      throw new WardenError('unreachable', 'an earlier call on this item has not reached the warden yet');
    }
    if (connection.circuit.isOpen && this.#mayKeep(operation)) return this.#keep(workflow, operation);
    try {
      return await this.#send(workflow, operation, limits);
    } catch (error) {
      if (!this.#mayKeep(operation) || !wardenErrorOf(error).isUnavailability) throw error;
      return this.#keep(workflow, operation);
    }
  }

  #send(
    workflow: string,
    operation: ItemOperation,
    { until, signal, isNewRun }: Limited,
  ): Promise<ItemReply> {
    const { connection, batching } = this.#parts;
    const send = (sent: ItemOperation) => {
      const left = { signal, timeoutMs: Math.max(1, until - connection.clock.now()) };
      return batching ? batching.call(workflow, sent, left) : callAlone(connection, workflow, sent, left);
    };
    return isNewRun && operation.op === 'register' ? registerNewRun(operation, send) : send(operation);
  }

  #mayKeep({ op }: ItemOperation): boolean {
    return this.#parts.spool !== undefined && (op !== 'register' || this.#parts.keepsRegistrations);
  }

  async #keep(workflow: string, operation: ItemOperation): Promise<Spooled> {
    await this.#parts.spool?.append(workflow, operation);
    this.#parts.deliveries?.wake();
    return { outcome: 'spooled', workflow, item: operation.item };
  }
}
