import type { OutcomeTally } from '../../aws/registry/outcome-tally.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';

/** Counts items in their incidents, one write for each incident. */
export async function tally(
  outcomes: OutcomeTally,
  records: readonly ItemRecord[],
  outcome: 'redriven' | 'discarded',
): Promise<void> {
  for (const [incident, ofIncident] of Map.groupBy(records, (record) => record.incident)) {
    const [first] = ofIncident;
    if (incident !== undefined && first) await outcomes.add(incident, first.item, outcome, ofIncident.length);
  }
}
