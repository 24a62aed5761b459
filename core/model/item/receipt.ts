import * as z from 'zod/mini';
import type { CompleteReply, ItemSummary } from '../../contract/item.ts';
import { Attempt } from '../../contract/names.ts';
import { Instant } from '../../contract/time.ts';

const Text = z.string();

/**
 * The record that replaces a completed item until `expiresAt`. It is enough to answer repeats like the first request
 * and to tell late requests from new ones. Data, steps and tags are erased (docs/adr/0023).
 */
export const Receipt = z.object({
  workflow: Text,
  item: Text,
  attempt: Attempt,
  revision: z.int(),
  state: z.literal('completed'),
  run: z.optional(Text),
  /** The redrive that started the attempt that was completed. */
  redrive: z.optional(Text),
  pastRuns: z.optional(z.array(Text)),
  registeredAt: Instant,
  startedAt: Instant,
  deadline: Instant,
  /** Of the attempt that was completed: by it a registration recognises what it wrote without hearing of it. */
  timer: z.optional(Text),
  /** When the item was first overdue or failed, if it was. */
  breachedAt: z.optional(Instant),
  completedAt: Instant,
  /** The completion came before the registration. */
  early: z.optional(z.literal(true)),
  /** Seconds since the epoch. An expired receipt counts as gone, deleted or not. */
  expiresAt: z.int(),
});
export type Receipt = z.infer<typeof Receipt>;

/** How many days receipts are kept by default. */
export const defaultReceiptDays = 7;

/** How many runs an item remembers besides its current one. */
const mostPastRuns = 5;

/** The runs of an item, open or completed. */
interface Runs {
  state: string;
  run?: string | undefined;
  pastRuns?: string[] | undefined;
}

/** The runs that are over once another run replaces the run of this record. */
export function pastRunsOf({ run, pastRuns = [] }: Runs): string[] | undefined {
  const runs = run === undefined ? pastRuns : [...pastRuns.filter((past) => past !== run), run];
  return runs.length === 0 ? undefined : runs.slice(-mostPastRuns);
}

/** Whether a run of this item is over: it was completed, or another run replaced it. */
export function isOver(record: Runs, run: string | undefined): boolean {
  if (run === undefined) return false;
  return (record.state === 'completed' && record.run === run) || (record.pastRuns ?? []).includes(run);
}

/** The receipt of a run that is completed before it was registered. */
export function earlyReceipt(
  { workflow, item, run }: { workflow: string; item: string; run: string },
  before: Receipt | undefined,
  { completedAt, expiresAt }: Pick<Receipt, 'completedAt' | 'expiresAt'>,
): Receipt {
  return {
    workflow,
    item,
    run,
    pastRuns: before && pastRunsOf(before),
    attempt: (before?.attempt ?? 0) + 1,
    revision: (before?.revision ?? 0) + 1,
    state: 'completed',
    registeredAt: completedAt,
    startedAt: completedAt,
    deadline: completedAt,
    completedAt,
    early: true,
    expiresAt,
  };
}

/**
 * The outcome of a completion. Late: past its deadline, even if nobody had noticed. Recovered: in time, although the
 * item was reported.
 */
export function completionOf(
  record: Pick<Receipt, 'attempt' | 'startedAt' | 'deadline' | 'breachedAt' | 'early'>,
  completedAt: string,
): CompleteReply {
  const at = Date.parse(completedAt);
  const lateByMs = at - Date.parse(record.deadline);
  const { breachedAt, deadline } = record;
  // By the clock of another instance the item can be overdue before its deadline has passed by the clock of this
  // instance.
  const isLate = lateByMs > 0 || (breachedAt !== undefined && breachedAt >= deadline);
  return {
    outcome: record.early ? 'early' : isLate ? 'late' : breachedAt === undefined ? 'on-time' : 'recovered',
    attempt: record.attempt,
    tookMs: Math.max(0, at - Date.parse(record.startedAt)),
    ...(lateByMs > 0 && { lateByMs }),
  };
}

/** A receipt, for callers. */
export function receiptFacts(receipt: Receipt): Partial<ItemSummary> {
  const { attempt: _, ...completion } = completionOf(receipt, receipt.completedAt);
  return { ...receipt, steps: [], tags: {}, completion: { at: receipt.completedAt, ...completion } };
}
