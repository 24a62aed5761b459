import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import {
  type ItemState,
  ItemState as ItemStateSchema,
  type ItemSummary,
  type StepReached,
} from '../../contract/item.ts';
import { limits } from '../../contract/limits.ts';
import { Attempt } from '../../contract/names.ts';
import { Instant } from '../../contract/time.ts';

const Text = z.string();

/**
 * An item as the items table keeps it. `revision` grows with every change, so that a change decided on one revision
 * is never written over another. `timer` names the schedule that was armed last and `timerAt` says when it fires.
 *
 * Shapes only, and unknown attributes are passed over: a record that an older or newer version has written, or that
 * is beyond a limit that was lowered since, must still be watched (docs/adr/0010).
 */
export const ItemRecord = z.object({
  pk: Text,
  queue: Text,
  due: Text,
  /** Orders by registration, which no change moves. */
  registered: Text,
  workflow: Text,
  item: Text,
  attempt: Attempt,
  revision: z.int(),
  state: ItemStateSchema,
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
  data: z.optional(z.union([Text, z.instanceof(Uint8Array)])),
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

/** Shards of a workflow's listing keys, so that one busy workflow is not held to one index partition. */
export const shards = 8;

export function queueOf(workflow: string, state: ItemState, shard: number): string {
  return `${workflow}#${state}#${shard}`;
}

/** What the key of a queue says of the items in it. No name of a workflow has a `#`. */
export function ofQueue(queue: string | undefined): {
  workflow: string | undefined;
  state: string | undefined;
} {
  const [workflow, state] = queue?.split('#') ?? [];
  return { workflow, state };
}

/**
 * The keys that follow from a record's other attributes. `due` ends in a hash rather than the item: an item's id
 * can be 1,024 bytes, which with the deadline is more than a sort key holds, and pages need an order in which no
 * two items are equal (docs/adr/0005).
 */
export function keysOf(record: {
  workflow: string;
  item: string;
  state: ItemState;
  deadline: string;
  registeredAt: string;
}) {
  const hash = createHash('sha256').update(record.item).digest();
  const end = hash.toString('base64url').slice(0, 22);
  return {
    pk: primaryKey(record.workflow, record.item),
    queue: queueOf(record.workflow, record.state, hash.readUInt8(0) % shards),
    due: `${record.deadline}#${end}`,
    registered: `${record.registeredAt}#${end}`,
  };
}

export function primaryKey(workflow: string, item: string): string {
  return `${workflow}#${item}`;
}

/** The steps with one more reached, the oldest dropped past the limit. A repeat of the current step adds nothing. */
export function withStep(
  { step: current, steps }: Pick<ItemRecord, 'step' | 'steps'>,
  step: string,
  at: string,
): StepReached[] {
  if (current === step) return [...steps];
  return [...steps, { step, at }].slice(-limits.steps);
}

/** An item as it is read from an index: all that lists show of it. */
export const IndexRecord = z.omit(ItemRecord, {
  data: true,
  revision: true,
  timer: true,
  timerAt: true,
  updatedAt: true,
  warnAfterMs: true,
  deadlineSetAt: true,
  registered: true,
});
export type IndexRecord = z.infer<typeof IndexRecord>;

/**
 * The attributes of an IndexRecord that the indexes keep besides their keys; the others follow from `queue`. DynamoDB
 * projects 20 attributes at most into an index.
 */
export const projectedAttributes = Object.keys(IndexRecord.shape).filter(
  (name) => !['pk', 'queue', 'workflow', 'state'].includes(name),
);

/** What callers see of an item, without data. */
export function summaryOf(record: IndexRecord & Partial<ItemRecord>): ItemSummary {
  const { pk, queue, due, registered, revision, timer, timerAt, updatedAt, data, reportedAt, ...rest } =
    record;
  const { warnAfterMs, deadlineSetAt, dataBytes, ...summary } = rest;
  return summary;
}
