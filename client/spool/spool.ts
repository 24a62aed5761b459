import type { BodyOf, ReplyOf } from '../contracts.ts';

/** One call that changes an item, as a batch has it. */
export type ItemOperation = BodyOf<'batch'>['operations'][number];

/** The results of operations, in their order. */
export type ItemResult = ReplyOf<'batch'>['results'][number];

/** Sends operations of one workflow, at most 100. Throws if the warden cannot be reached. */
export type Send = (workflow: string, operations: readonly ItemOperation[]) => Promise<readonly ItemResult[]>;

/** What became of a delivery. */
export interface Delivery {
  delivered: number;
  /** Operations that the warden refused for good, which are no longer kept. */
  refused: readonly { workflow: string; operation: ItemOperation; result: ItemResult }[];
  /** Operations that are still kept. */
  left: number;
}

/** Keeps what could not be delivered until it is. */
export interface Spool {
  /** Resolves when the operation is on the disk. Throws a WardenError with the code `spool-full`. */
  append(workflow: string, operation: ItemOperation): Promise<void>;
  /** Sends what is kept, in order for each item. Resolves when nothing is left, or the warden cannot be reached. */
  deliver(send: Send): Promise<Delivery>;
  /** Operations that are kept. */
  readonly size: number;
  close(): Promise<void>;
}
