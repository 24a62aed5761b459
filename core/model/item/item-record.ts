import * as z from 'zod/mini';
import { ItemSummary, OpenState, type StepReached } from '../../contract/item.ts';
import { limits } from '../../contract/limits.ts';
import { Attempt } from '../../contract/names.ts';
import { Instant } from '../../contract/time.ts';
import { type Receipt, receiptFacts } from './receipt.ts';

const Text = z.string();

/**
 * An item that is not completed, as the items table keeps it, without the keys that follow from it (core/aws/items).
 * `revision` grows with every change, so that a change decided on one revision is never written over another. `timer`
 * names the schedule that was armed last and `timerAt` says when it fires, which is when the item is checked next.
 *
 * Shapes only, and unknown attributes are passed over: a record that an older or newer version has written, or that
 * is beyond a limit that was lowered since, must still be watched (docs/adr/0010).
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
  updatedAt: Instant,
  step: z.optional(Text),
  steps: z.array(z.object({ step: Text, at: Instant })),
  tags: z.record(Text, Text),
  run: z.optional(Text),
  /** Runs of this item that are over, the latest last: what comes late for one of them starts nothing. */
  pastRuns: z.optional(z.array(Text)),
  data: z.optional(z.union([Text, z.instanceof(Uint8Array)])),
  /** Partitions of its workflow in the index when it was registered, if not as many as by default. */
  queueShards: z.optional(z.int()),
  /** When it was first overdue or failed. */
  breachedAt: z.optional(Instant),
  overdueAt: z.optional(Instant),
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  failure: z.optional(z.object({ reason: Text, type: z.optional(Text), at: Instant })),
  /** When a notification with this attempt's end was accepted. Absent: still to be reported (P3). */
  reportedAt: z.optional(Instant),
  /** The incident that its end was reported to. */
  incident: z.optional(Text),
  /** Without a step by then it is overdue. */
  startBy: z.optional(Instant),
  neverStarted: z.optional(z.literal(true)),
  /** Milliseconds from when the deadline was set to the warning that it is late. */
  warnAfterMs: z.optional(z.number()),
  /** When the deadline was set last; absent: when the attempt started. */
  deadlineSetAt: z.optional(Instant),
  /** The redrive that started this attempt. */
  redrive: z.optional(Text),
  /** Bytes of `data` as it is stored. */
  dataBytes: z.optional(z.int()),
  warnedAt: z.optional(Instant),
});
export type ItemRecord = z.infer<typeof ItemRecord>;

/** Names an item among those of all workflows. No name of a workflow has a `#`. */
export function itemName({ workflow, item }: { workflow: string; item: string }): string {
  return `${workflow}#${item}`;
}

export function isOpen(record: ItemRecord | Receipt): record is ItemRecord {
  return record.state !== 'completed';
}

export function isBreached({ state }: Pick<ItemRecord, 'state'>): boolean {
  return state !== 'waiting';
}

/** The steps of this attempt: a redriven item keeps those of the attempts before. */
export function currentSteps({ steps, startedAt }: Pick<ItemRecord, 'steps' | 'startedAt'>): StepReached[] {
  return steps.filter(({ at }) => at >= startedAt);
}

/**
 * The item with one more step reached, the oldest dropped past the limit. One that this attempt has reached before adds
 * nothing: it is a repeat that comes late, and must not set the item back (P4).
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

const shown = Object.keys(ItemSummary.shape) as (keyof ItemSummary)[];

/** What callers see of an item, without data: the members that the contract names, and no other. */
export function summaryOf(record: ItemRecord | Receipt): ItemSummary {
  const facts: Partial<ItemSummary> = isOpen(record) ? record : receiptFacts(record);
  const summary: Record<string, unknown> = {};
  for (const name of shown) if (facts[name] !== undefined) summary[name] = facts[name];
  return summary as ItemSummary;
}
