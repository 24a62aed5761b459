import * as z from 'zod/mini';
import { ItemSummary, OpenState, type StepReached } from '../../contract/item.ts';
import { limits } from '../../contract/limits.ts';
import { Attempt } from '../../contract/names.ts';
import { Instant } from '../../contract/time.ts';
import { type Receipt, receiptFacts } from './receipt.ts';

const Text = z.string();

/**
 * An open item in the items table, without the keys that follow from it (core/aws/items). `revision` grows with every
 * change, so a change decided on one revision is never written over another. `timer` names the schedule armed last;
 * `timerAt` is when it fires, which is the next check.
 *
 * The schema checks shapes only and ignores unknown attributes: a record of an older or newer version, or beyond a
 * limit that was lowered since, must still be watched (docs/adr/0010).
 */
export const ItemRecord = z.object({
  workflow: Text,
  item: Text,
  attempt: Attempt,
  revision: z.int(),
  state: OpenState,
  deadline: Instant,
  timer: Text,
  timerAt: Instant,
  registeredAt: Instant,
  startedAt: Instant,
  /** Milliseconds from the start of the attempt to its first deadline. Absent in records of older versions. */
  timeoutMs: z.optional(z.int()),
  updatedAt: Instant,
  step: z.optional(Text),
  steps: z.array(z.object({ step: Text, at: Instant, attempt: z.optional(Attempt) })),
  /** The last step of earlier attempts, and the attempt that reached it. */
  lostAfter: z.optional(z.object({ step: Text, attempt: Attempt })),
  tags: z.record(Text, Text),
  run: z.optional(Text),
  /** Runs of this item that are over, latest last: a late registration for one of them starts nothing. */
  pastRuns: z.optional(z.array(Text)),
  data: z.optional(z.union([Text, z.instanceof(Uint8Array)])),
  /** Partitions of the workflow in the index at the registration, if not the default. */
  queueShards: z.optional(z.int()),
  /** When the attempt was first overdue or failed; until then, when it was not started in time. */
  breachedAt: z.optional(Instant),
  overdueAt: z.optional(Instant),
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  failure: z.optional(z.object({ reason: Text, type: z.optional(Text), at: Instant })),
  /** When the breach of this attempt was reported. Absent: not reported yet (P3). */
  reportedAt: z.optional(Instant),
  /**
   * The incident in which the last breach was reported. A redrive keeps it: a waiting item that has it was resumed, and
   * its incident is not over until it is completed. `redrive` then says by which redrive.
   */
  incident: z.optional(Text),
  /** The incident whose outcomes count the item as registered again, until it has another outcome. */
  restartedIn: z.optional(Text),
  /** An item without a step at this time is overdue. */
  startBy: z.optional(Instant),
  neverStarted: z.optional(z.literal(true)),
  /** Milliseconds from setting the deadline to the warning. */
  warnAfterMs: z.optional(z.number()),
  /** When the deadline was last set. Absent: when the attempt started. */
  deadlineSetAt: z.optional(Instant),
  /** The redrive that started this attempt. */
  redrive: z.optional(Text),
  /**
   * Whether an upstream service has accepted the message of this attempt. Absent if that cannot be known: on AWS, or
   * without a redrive.
   */
  taken: z.optional(z.boolean()),
  /** Bytes of `data` as it is stored. */
  dataBytes: z.optional(z.int()),
  warnedAt: z.optional(Instant),
  /** The last value of progress, and since when it is the same. */
  progress: z.optional(z.union([Text, z.number()])),
  progressedAt: z.optional(Instant),
  /** Reports of this value that count, and when the last of them was made. */
  sameReports: z.optional(z.int()),
  reportedProgressAt: z.optional(Instant),
  /** Milliseconds for which progress may stay the same. */
  stuckAfterMs: z.optional(z.number()),
  /** When people were warned that the item is stuck. Absent once it progresses. */
  stuckAt: z.optional(Instant),
});
export type ItemRecord = z.infer<typeof ItemRecord>;

/** The name of an item among the items of all workflows. No workflow's name has a `#`. */
export function itemName({ workflow, item }: { workflow: string; item: string }): string {
  return `${workflow}#${item}`;
}

export function isOpen(record: ItemRecord | Receipt): record is ItemRecord {
  return record.state !== 'completed';
}

/** Whether the item was breached, was resumed by a redrive, and is being worked on again. */
export function isResumed({ state, incident }: Pick<ItemRecord, 'state' | 'incident'>): boolean {
  return state === 'waiting' && incident !== undefined;
}

export function isBreached({ state }: Pick<ItemRecord, 'state'>): boolean {
  return state !== 'waiting';
}

/** The steps of this attempt. A redriven item also keeps the steps of earlier attempts. */
export function currentSteps({ steps, startedAt }: Pick<ItemRecord, 'steps' | 'startedAt'>): StepReached[] {
  return steps.filter(({ at }) => at >= startedAt);
}

/**
 * The item with one more step reached; beyond the limit the oldest step is dropped. A step that this attempt has
 * reached before changes nothing: it is a late repeat and must not set the item back (P4).
 */
export function withStep(
  record: Pick<ItemRecord, 'step' | 'steps' | 'startedAt'>,
  step: string,
  at: string,
): Pick<ItemRecord, 'step' | 'steps'> {
  const isRepeat = currentSteps(record).some((reached) => reached.step === step);
  if (isRepeat) return { step: record.step, steps: record.steps };
  return { step, steps: [...record.steps, { step, at }].slice(-limits.steps) };
}

/** Whether a request with this step comes late: the attempt has reached it before, and another step since. */
export function isLateRepeat(
  record: Pick<ItemRecord, 'step' | 'steps' | 'startedAt'>,
  step: string,
): boolean {
  return step !== record.step && currentSteps(record).some((reached) => reached.step === step);
}

const shown = Object.keys(ItemSummary.shape) as (keyof ItemSummary)[];

/** An item without data, for callers: the members in the contract, and no others. */
export function summaryOf(record: ItemRecord | Receipt): ItemSummary {
  const facts: Partial<ItemSummary> = isOpen(record) ? record : receiptFacts(record);
  const summary: Record<string, unknown> = {};
  for (const name of shown) if (facts[name] !== undefined) summary[name] = facts[name];
  return summary as ItemSummary;
}
