import type { BodyOf, ReplyOf } from '../../core/contract/calls.ts';

/** One call that changes an item, as a batch has it. */
export type ItemOperation = BodyOf<'batch'>['operations'][number];

/** The results of operations, in their order. */
export type ItemResult = ReplyOf<'batch'>['results'][number];

/**
 * Sends operations of one workflow, at most 100, and returns a result for each, even if all of them failed: the reply
 * to a batch is then 400 or 503, with its results. Throws if the warden cannot be reached or refuses the batch as a
 * whole.
 */
export type Send = (workflow: string, operations: readonly ItemOperation[]) => Promise<readonly ItemResult[]>;

/** An operation that the warden refused for good. */
export interface Refused {
  workflow: string;
  operation: ItemOperation;
  result: ItemResult;
}

/** An item of a workflow. */
export interface NamedItem {
  workflow: string;
  item: string;
}

/** A place in a file of the spool that cannot be read. Only the operation that was there is lost. */
export interface Damage {
  /** The file in which the damaged bytes are kept. */
  file: string;
  /** The first damaged byte, counted from 0. */
  position: number;
  bytes: number;
}

/** The result of a delivery. */
export interface Delivery {
  delivered: number;
  /** Operations that are no longer kept to be sent. They are in `refused.jsonl` in the folder. */
  refused: readonly Refused[];
  /** Items whose registrations were delivered, but arrived after their deadlines. */
  overdue: readonly NamedItem[];
  /** Operations that are still kept. */
  left: number;
  /** The error of `send` that ended the delivery, or that made it leave out a workflow. */
  error?: unknown;
  /** Another process delivers this folder now, so this call has sent nothing. */
  isBusy?: true;
}

/** Keeps operations that could not be delivered until they are. Several processes may use the same folder. */
export interface Spool {
  /**
   * Resolves when the operation is on the disk. Throws a WardenError: `spool-full` if there are too many operations or
   * bytes or the disk is full, `body-too-large` for an operation that no batch can carry, `spool-failed` if the file
   * cannot be written.
   */
  append(workflow: string, operation: ItemOperation): Promise<void>;
  /**
   * Sends the operations in the folder, including those of other processes, in order for each item. Resolves when no
   * more can be sent now: all are delivered, the warden cannot be reached, or the rest was answered "try again later".
   * A call during a delivery of this spool returns that delivery.
   */
  deliver(send: Send): Promise<Delivery>;
  /**
   * The number of kept operations: of this process, and of others as it found them when it opened or last delivered.
   */
  readonly size: number;
  /** Whether an operation on this item that was appended here is still kept: a call sent now would overtake it. */
  has(workflow: string, item: string): boolean;
  /** Waits for appends and the delivery that are running. Kept operations stay for the next process. */
  close(): Promise<void>;
}
