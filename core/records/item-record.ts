import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import {
  Failure,
  type ItemState,
  ItemState as ItemStateSchema,
  type ItemSummary,
  StepReached,
} from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import { Attempt, ItemId, RunToken, StepName, Tags, WorkflowName } from '../contract/names.ts';
import { Instant } from '../contract/time.ts';
import { TimerMessage } from '../contract/timer-message.ts';

/**
 * An item as the items table keeps it. `revision` grows with every change, so that a change decided on one revision
 * is never written over another. `timer` names the schedule that was armed last and `timerAt` says when it fires.
 */
export const ItemRecord = z.strictObject({
  pk: z.string(),
  queue: z.string(),
  due: z.string(),
  workflow: WorkflowName,
  item: ItemId,
  attempt: Attempt,
  revision: z.int(),
  state: ItemStateSchema,
  deadline: Instant,
  timer: TimerMessage.shape.timer,
  timerAt: Instant,
  registeredAt: Instant,
  startedAt: Instant,
  updatedAt: Instant,
  step: z.optional(StepName),
  steps: z.array(StepReached),
  tags: Tags,
  run: z.optional(RunToken),
  data: z.optional(z.union([z.string(), z.instanceof(Uint8Array)])),
  overdueAt: z.optional(Instant),
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  failure: z.optional(Failure),
  /** When a notification with this attempt's end was accepted. Absent: still to be reported (P3). */
  reportedAt: z.optional(Instant),
});
export type ItemRecord = z.infer<typeof ItemRecord>;

/** Shards of a workflow's listing keys, so that one busy workflow is not held to one index partition. */
export const shards = 8;

export function queueOf(workflow: string, state: ItemState, shard: number): string {
  return `${workflow}#${state}#${shard}`;
}

/**
 * The keys that follow from a record's other attributes. `due` ends in a hash rather than the item: an item's id
 * can be 1,024 bytes, which with the deadline is more than a sort key holds, and pages need an order in which no
 * two items are equal (docs/adr/0005).
 */
export function keysOf(record: { workflow: string; item: string; state: ItemState; deadline: string }) {
  const hash = createHash('sha256').update(record.item).digest();
  return {
    pk: primaryKey(record.workflow, record.item),
    queue: queueOf(record.workflow, record.state, hash.readUInt8(0) % shards),
    due: `${record.deadline}#${hash.toString('base64url').slice(0, 22)}`,
  };
}

export function primaryKey(workflow: string, item: string): string {
  return `${workflow}#${item}`;
}

/** The steps with one more reached, the oldest dropped past the limit. A repeat of the last step adds nothing. */
export function withStep(steps: readonly StepReached[], step: string, at: string): StepReached[] {
  if (steps.at(-1)?.step === step) return [...steps];
  return [...steps, { step, at }].slice(-limits.steps);
}

/** What callers see of a record, without data. */
export function summaryOf(record: ItemRecord): ItemSummary {
  const { pk, queue, due, revision, timer, timerAt, updatedAt, data, reportedAt, ...summary } = record;
  return summary;
}
