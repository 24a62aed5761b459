import type { OutcomeTally } from '../../aws/registry/outcome-tally.ts';
import type { IncidentOutcomes } from '../../contract/incident.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';

/**
 * Counts what became of items in their incidents: each item once, by its last outcome. An item that was registered
 * again can be breached again, so its next outcome replaces the outcome "registered again".
 *
 * @param records the items as they were before
 */
export async function countOutcomes(
  outcomes: OutcomeTally,
  records: readonly ItemRecord[],
  outcome: keyof IncidentOutcomes,
): Promise<void> {
  for (const [incident, ofIncident] of Map.groupBy(records, (record) => record.incident)) {
    const [first] = ofIncident;
    if (incident === undefined || first === undefined) continue;
    const again = ofIncident.filter(({ restartedIn }) => restartedIn === incident).length;
    const changes = { [outcome]: ofIncident.length };
    if (again > 0) changes.restarted = (changes.restarted ?? 0) - again;
    for (const [name, count] of Object.entries(changes) as [keyof IncidentOutcomes, number][]) {
      if (count !== 0) await outcomes.add(incident, first.item, name, count);
    }
  }
}
