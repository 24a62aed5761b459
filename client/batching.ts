import type { CallLimits } from '../core/contract/calls.ts';
import { limits } from '../core/contract/limits.ts';
import type { Connection } from './connection.ts';
import { bytesInBatch, envelopeBytes, sendBatch } from './send-batch.ts';
import { callAlone, type ItemReply } from './single-call.ts';
import type { ItemOperation, ItemResult } from './spool/spool.ts';
import { WardenError, wardenErrorOf } from './warden-error.ts';

export interface BatchingOptions {
  /** The most operations in a batch: 100 by default, which is also the most that the service takes. */
  maxOperations?: number;
  /** How long an operation waits for others, in milliseconds: 5 by default. */
  maxWaitMs?: number;
}

interface Entry {
  operation: ItemOperation;
  json: string;
  limits: CallLimits & { timeoutMs: number };
  /** When the operation was handed in, in ms since 1970. */
  at: number;
  resolve: (reply: ItemReply) => void;
  reject: (error: WardenError) => void;
}

interface Queue {
  entries: Entry[];
  bytes: number;
  cancel: () => void;
}

/** Collects operations of a workflow for a few milliseconds and sends them as one batch. Each caller gets its own result. */
export class Batching {
  readonly #connection: Connection;
  readonly #maxOperations: number;
  readonly #maxWaitMs: number;
  readonly #queues = new Map<string, Queue>();

  constructor(
    connection: Connection,
    { maxOperations = limits.batchOperations, maxWaitMs = 5 }: BatchingOptions,
  ) {
    this.#connection = connection;
    this.#maxOperations = Math.min(maxOperations, limits.batchOperations);
    this.#maxWaitMs = maxWaitMs;
  }

  /** Throws the WardenError of this operation or of the batch. */
  call(workflow: string, operation: ItemOperation, callLimits: Entry['limits']): Promise<ItemReply> {
    const json = JSON.stringify(operation);
    const bytes = bytesInBatch(json);
    // Sent alone, it is refused with a reply of its own, and takes no room in a batch.
    if (bytes > limits.bodyBytes) return callAlone(this.#connection, workflow, operation, callLimits);
    return new Promise<ItemReply>((resolve, reject) => {
      const { signal } = callLimits;
      const abort = () =>
        reject(new WardenError('aborted', 'the call was aborted by its caller', { cause: signal?.reason }));
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort);
      const end = () => signal?.removeEventListener('abort', abort);
      this.#add(workflow, bytes, {
        operation,
        json,
        limits: callLimits,
        at: this.#connection.clock.now(),
        resolve: (reply) => {
          end();
          resolve(reply);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
    });
  }

  #add(workflow: string, bytes: number, entry: Entry): void {
    const full = this.#queues.get(workflow);
    if (full && full.bytes + bytes > limits.batchBytes) this.#send(workflow);
    const queue = this.#queues.get(workflow) ?? this.#newQueue(workflow);
    queue.entries.push(entry);
    queue.bytes += bytes;
    if (queue.entries.length >= this.#maxOperations) this.#send(workflow);
  }

  #newQueue(workflow: string): Queue {
    const cancel = this.#connection.clock.after(this.#maxWaitMs, () => this.#send(workflow));
    const queue = { entries: [], bytes: envelopeBytes, cancel };
    this.#queues.set(workflow, queue);
    return queue;
  }

  #send(workflow: string): void {
    const queue = this.#queues.get(workflow);
    if (!queue) return;
    this.#queues.delete(workflow);
    queue.cancel();
    const waiting = queue.entries.filter(({ limits: { signal } }) => !signal?.aborted);
    if (waiting.length > 0) void this.#exchange(workflow, waiting);
  }

  async #exchange(workflow: string, entries: readonly Entry[]): Promise<void> {
    const longest = Math.max(...entries.map(({ limits: { timeoutMs } }) => timeoutMs));
    const cancels = entries.map((entry) => this.#limit(entry, longest));
    try {
      const operations = entries.map(({ json }) => json);
      const results = await sendBatch(this.#connection, workflow, operations, { timeoutMs: longest });
      for (const [index, entry] of entries.entries()) {
        this.#settle(workflow, entry, results[index] as ItemResult);
      }
    } catch (error) {
      for (const { reject } of entries) reject(wardenErrorOf(error));
    } finally {
      for (const cancel of cancels) cancel();
    }
  }

  /** Ends an operation at its own time limit, if the batch has a longer one. */
  #limit({ limits: { timeoutMs }, reject }: Entry, longest: number): () => void {
    if (timeoutMs >= longest) return () => {};
    return this.#connection.clock.after(timeoutMs, () =>
      reject(new WardenError('timeout', `the warden returned nothing within ${timeoutMs} ms`)),
    );
  }

  #settle(workflow: string, entry: Entry, result: ItemResult): void {
    const { operation, limits: callLimits, at, resolve, reject } = entry;
    if (!('code' in result)) {
      const { status, ...reply } = result;
      resolve(reply as ItemReply);
    } else if (result.status >= 500) {
      const timeoutMs = Math.max(1, callLimits.timeoutMs - (this.#connection.clock.now() - at));
      callAlone(this.#connection, workflow, operation, { ...callLimits, timeoutMs }).then(resolve, reject);
    } else reject(new WardenError(result.code, result.detail, { problem: result }));
  }
}
