import { LeftOut } from '../../aws/batch-read.ts';
import { itemName } from '../../model/item/item-record.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { outcomeOf, type ResumedOutcomes } from '../../model/redrive/resumed-outcomes.ts';
import { resumedBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/** Items of one call of BatchGetItem. */
const perRead = 100;

/**
 * What became of the items that a redrive has resumed, read from the items themselves: a crash cannot make it wrong.
 * Reading stops after some seconds; then `counted` says how many items were read.
 */
export async function resumedOutcomes(
  { items, redrives, clock }: Pick<Ports, 'items' | 'redrives' | 'clock'>,
  redrive: RedriveRecord,
): Promise<ResumedOutcomes & { counted?: number }> {
  const { workflow, id } = redrive;
  const until = clock.now() + resumedBudgetMs;
  const found = { completed: 0, failedAgain: 0, overdueAgain: 0, outstanding: 0, movedOn: 0 };
  let counted = 0;
  for await (const page of redrives.resumed(redrive)) {
    for (let start = 0; start < page.length; start += perRead) {
      if (clock.now() >= until) return { ...found, counted };
      const keys = page.slice(start, start + perRead).map((item) => ({ workflow, item }));
      const records = await items.readMany(keys, { data: false });
      for (const key of keys) {
        const record = records.get(itemName(key));
        // Throttled: the caller asks again.
        if (record instanceof LeftOut) throw record;
        // Nothing can be said of a record that cannot be read, so it counts as outstanding.
        found[record instanceof Error ? 'outstanding' : outcomeOf(record, id)]++;
        counted++;
      }
    }
  }
  return found;
}
