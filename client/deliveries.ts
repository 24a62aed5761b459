import type { CallLimits } from '../core/contract/calls.ts';
import type { Connection } from './connection.ts';
import { sendBatch } from './send-batch.ts';
import type { Delivery, Spool } from './spool/spool.ts';
import type { Reporter } from './trouble.ts';
import { WardenError, wardenErrorOf } from './warden-error.ts';

/**
 * Milliseconds to the next delivery: the first, and the longest. Each delivery that leaves operations in the spool
 * doubles the time.
 */
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** Milliseconds that a batch of a delivery may take. The service gives up after 29 s. */
const batchMs = 30_000;

/** Delivers the operations in the spool, in the background, until none remains. */
export class Deliveries {
  readonly #connection: Connection;
  readonly #spool: Spool;
  readonly #report: Reporter;
  #waitMs = firstWaitMs;
  #next: { at: number; cancel: () => void } | undefined;
  #running: Promise<Delivery> | undefined;
  #isClosed = false;

  constructor(connection: Connection, spool: Spool, report: Reporter) {
    this.#connection = connection;
    this.#spool = spool;
    this.#report = report;
    connection.circuit.onClosed = () => this.#schedule(0);
    this.wake();
  }

  /** Makes sure that kept operations will be delivered. */
  wake(): void {
    if (this.#spool.size > 0) this.#schedule(this.#waitMs * (0.5 + this.#connection.random() / 2));
  }

  /** Delivers now. If a delivery is running, waits for it first. Throws a WardenError if the spool cannot be read. */
  async flush(callLimits: CallLimits = {}): Promise<Delivery> {
    await this.#running?.catch(() => {});
    return this.#deliver(callLimits);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#next?.cancel();
    await this.#running?.catch(() => {});
  }

  #schedule(ms: number): void {
    if (this.#isClosed || this.#spool.size === 0 || this.#running) return;
    const { clock } = this.#connection;
    const at = clock.now() + ms;
    if (this.#next && this.#next.at <= at) return;
    this.#next?.cancel();
    const run = () => {
      this.#next = undefined;
      this.#deliver({}).catch((error) =>
        this.#report.inBackground(wardenErrorOf(error), { operation: 'deliver' }),
      );
    };
    this.#next = { at, cancel: clock.after(ms, run, { inBackground: true }) };
  }

  #deliver(callLimits: CallLimits): Promise<Delivery> {
    this.#running ??= this.#deliverOnce(callLimits).finally(() => {
      this.#running = undefined;
      this.wake();
    });
    return this.#running;
  }

  async #deliverOnce(callLimits: CallLimits): Promise<Delivery> {
    const limits = { timeoutMs: batchMs, ...callLimits };
    // After a delivery that leaves operations, or that throws, the next one waits longer.
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(waitMs * 2, longestWaitMs);
    const delivery = await this.#spool.deliver((workflow, operations) => {
      const json = operations.map((operation) => JSON.stringify(operation));
      return sendBatch(this.#connection, workflow, json, limits, { insists: true });
    });
    const { delivered, refused, overdue, left, error } = delivery;
    if (left === 0 || delivered > 0) this.#waitMs = firstWaitMs;
    const retryAfterMs = error instanceof WardenError ? error.retryAfterMs : undefined;
    if (retryAfterMs !== undefined)
      this.#waitMs = Math.min(Math.max(this.#waitMs, retryAfterMs), longestWaitMs);
    for (const { workflow, operation, result } of refused) {
      if (!('code' in result)) continue;
      const trouble = { operation: operation.op, workflow, item: operation.item };
      this.#report.inBackground(new WardenError(result.code, result.detail, { problem: result }), trouble);
    }
    for (const item of overdue) {
      const message = 'the registration was delivered from the spool after the deadline of the item';
      this.#report.inBackground(new WardenError('spool-overdue', message), {
        operation: 'register',
        ...item,
      });
    }
    if (error instanceof WardenError && !error.isTemporary) {
      this.#report.inBackground(error, { operation: 'deliver' });
    }
    return delivery;
  }
}
