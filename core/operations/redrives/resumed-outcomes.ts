import { LeftOut } from '../../aws/batch-read.ts';
import { itemName } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { outcomeOf, type ResumedOutcomes } from '../../model/redrive/resumed-outcomes.ts';
import { resumedBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/** Items of one call of BatchGetItem. */
const perRead = 100;

/** A count is made again after this many times as long as it took, and after this many milliseconds at most. */
const restFactor = 5;
const mostRestMs = 30_000;

interface Counts {
  outcomes: ResumedOutcomes;
  /** How many items were read. */
  counted: number;
}

/** The last counts of each process, by the ids of redrives, and until when they are shown, in milliseconds since 1970. */
const lastCounts = new WeakMap<object, Map<string, Counts & { until: number }>>();

/**
 * What became of the items that a redrive has resumed, read from the items themselves: a crash cannot make it wrong.
 * Reading stops after some seconds. If not all resumed items were read, `counted` says how many were.
 *
 * To read thousands of items takes seconds, so a count is shown again for five times as long as it took, up to half a minute: callers that ask
 * all the time must not slow the redrive down.
 */
export async function resumedOutcomes(
  service: Pick<Ports, 'items' | 'redrives' | 'clock'>,
  redrive: RedriveRecord,
): Promise<ResumedOutcomes & { counted?: number }> {
  const { redrives, clock } = service;
  const began = clock.now();
  const before = [...(lastCounts.get(redrives) ?? [])].filter(([, { until }]) => began < until);
  const last = new Map(before);
  lastCounts.set(redrives, last);
  let counts: Counts | undefined = last.get(redrive.id);
  if (counts === undefined) {
    counts = await count(service, redrive);
    const now = clock.now();
    last.set(redrive.id, { ...counts, until: now + Math.min(restFactor * (now - began), mostRestMs) });
  }
  const { outcomes, counted } = counts;
  return { ...outcomes, ...(counted < redrive.resumed && { counted }) };
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
