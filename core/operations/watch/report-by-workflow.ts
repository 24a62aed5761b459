import pLimit from 'p-limit';
import { slotOf } from '../../model/incident/incident-record.ts';
import { breachKindOf } from '../../model/incident/kinds.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import type { Announcer } from '../incidents/announcer.ts';
import type { Reporting } from '../incidents/report.ts';

/** Incidents to which items are reported at once. */
const parallel = 16;

/**
 * Reports items workflow by workflow and kind by kind, for the announcer to notify people. Returns the errors of the
 * items that could not be reported, by `itemName`. A failure for a workflow is an error of each of its items, and of no
 * other item (P8).
 */
export async function reportByWorkflow(
  announcer: Announcer,
  records: readonly ItemRecord[],
  reportTo: (workflow: string, records: readonly ItemRecord[]) => Promise<Reporting>,
): Promise<Map<string, Error>> {
  const incidents = Map.groupBy(records, (record) => slotOf(record.workflow, breachKindOf(record)));
  const failed = await pLimit(parallel).map([...incidents.values()], (alike) =>
    failuresOf(alike, async () => {
      const [{ workflow } = { workflow: '' }] = alike;
      const { failed: unreported, untold, incident, opened = false } = await reportTo(workflow, alike);
      const told = alike.filter((record) => !untold?.has(itemName(record)));
      if (incident && told.length > 0) announcer.add({ incident, opened, records: told });
      return unreported;
    }),
  );
  return new Map(failed.flatMap((alike) => [...alike]));
}

/** The errors that `work` returns for these items. If `work` throws, its error for each of them. */
export async function failuresOf(
  records: readonly ItemRecord[],
  work: () => Promise<ReadonlyMap<string, Error>>,
): Promise<ReadonlyMap<string, Error>> {
  return work().catch((error: Error) => new Map(records.map((record) => [itemName(record), error])));
}
