import { LeftOut } from '../../aws/batch-read.ts';
import type { Clock } from '../../clock.ts';
import { itemName } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { outcomeOf, type ResumedOutcomes } from '../../model/redrive/resumed-outcomes.ts';
import { resumedBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/** Items of one call of BatchGetItem. */
const perRead = 100;

/**
 * A count that took at least this many milliseconds is made again after this many times as long as it took, and after
 * `mostRestMs` at most.
 */
const longMs = 100;
const restFactor = 10;
const mostRestMs = 30_000;

interface Counts {
  outcomes: ResumedOutcomes;
  /** How many items were read. */
  counted: number;
}

/** A count that is under way or was made, for a redrive in this state. Times are in milliseconds since 1970. */
interface Kept {
  counts: Promise<Counts>;
  state: RedriveRecord['state'];
  from: number;
  /** Undefined while it is under way. */
  until: number | undefined;
}

/** The last counts of each process, by the ids of redrives. */
const lastCounts = new WeakMap<object, Map<string, Kept>>();

/**
 * What became of the items that a redrive has resumed, read from the items themselves: a crash cannot make it wrong.
 * Reading stops after some seconds. If not all resumed items were read, `counted` says how many were.
 *
 * To read thousands of items takes seconds, so callers share a count, and one that took long is shown again for ten times as
 * long as it took, up to half a minute: callers that ask all the time must not slow the redrive down. Once the redrive is over or
 * paused, no count from before is shown: a caller who waits for the end must not miss the last items.
 */
export async function resumedOutcomes(
  service: Pick<Ports, 'items' | 'redrives' | 'clock'>,
  redrive: RedriveRecord,
): Promise<ResumedOutcomes & { counted?: number }> {
  const { redrives, clock } = service;
  const last = lastCounts.get(redrives) ?? new Map<string, Kept>();
  lastCounts.set(redrives, last);
  const now = clock.now();
  for (const [id, kept] of last) if (!isShown(kept, now)) last.delete(id);
  let kept = last.get(redrive.id);
  if (kept === undefined || kept.state !== redrive.state) {
    kept = { counts: count(service, redrive), state: redrive.state, from: now, until: undefined };
    last.set(redrive.id, kept);
    await keep(last, redrive.id, kept, clock);
  }
  const { outcomes, counted } = await kept.counts;
  return { ...outcomes, ...(counted < redrive.resumed && { counted }) };
}

/** Not if the clock was set back: nobody knows how old it is. */
function isShown({ from, until = Number.POSITIVE_INFINITY }: Kept, now: number): boolean {
  return from <= now && now < until;
}

/** Waits for the count, and keeps it if it did not fail. */
async function keep(last: Map<string, Kept>, id: string, kept: Kept, clock: Clock): Promise<void> {
  try {
    await kept.counts;
    const now = clock.now();
    const tookMs = now - kept.from;
    kept.until = tookMs < longMs ? now : now + Math.min(restFactor * tookMs, mostRestMs);
  } catch (error) {
    if (last.get(id) === kept) last.delete(id);
    throw error;
  }
}

async function count(
  { items, redrives, clock }: Pick<Ports, 'items' | 'redrives' | 'clock'>,
  redrive: RedriveRecord,
): Promise<Counts> {
  const { workflow, id } = redrive;
  const until = clock.now() + resumedBudgetMs;
  const outcomes = { completed: 0, failedAgain: 0, overdueAgain: 0, outstanding: 0, movedOn: 0 };
  let counted = 0;
  for await (const page of redrives.resumed(redrive)) {
    for (let start = 0; start < page.length; start += perRead) {
      if (clock.now() >= until) return { outcomes, counted };
      const keys = page.slice(start, start + perRead).map((item) => ({ workflow, item }));
      const records = await items.readMany(keys, { data: false });
      for (const key of keys) {
        const record = records.get(itemName(key));
        // Throttled: the caller asks again.
        if (record instanceof LeftOut) throw record;
        // Nothing can be said of a record that cannot be read, so it counts as outstanding.
        outcomes[record instanceof Error ? 'outstanding' : outcomeOf(record, id)]++;
        counted++;
      }
    }
  }
  return { outcomes, counted };
}
