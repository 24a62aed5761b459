import pLimit from 'p-limit';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import type { Announcer } from '../incidents/announcer.ts';
import type { Reporting } from '../incidents/report.ts';

/** Workflows whose items are reported at once. */
const parallel = 16;

/**
 * Reports items workflow by workflow, for the announcer to notify people. Returns what could not be
 * reported, and why, by `itemName`: what goes wrong for a workflow is an error of each of its items, and of no other (P8).
 */
export async function reportByWorkflow(
  announcer: Announcer,
  records: readonly ItemRecord[],
  reportTo: (workflow: string, records: readonly ItemRecord[]) => Promise<Reporting>,
): Promise<Map<string, Error>> {
  const workflows = Map.groupBy(records, ({ workflow }) => workflow);
  const failed = await pLimit(parallel).map([...workflows], ([workflow, ofWorkflow]) =>
    failuresOf(ofWorkflow, async () => {
      const { failed: unreported, incident, opened = false } = await reportTo(workflow, ofWorkflow);
      if (incident) announcer.add({ incident, opened, records: ofWorkflow });
      return unreported;
    }),
  );
  return new Map(failed.flatMap((ofWorkflow) => [...ofWorkflow]));
}

/** What `work` says could not be done for these items; when it throws, that error for each of them. */
export async function failuresOf(
  records: readonly ItemRecord[],
  work: () => Promise<ReadonlyMap<string, Error>>,
): Promise<ReadonlyMap<string, Error>> {
  return work().catch((error: Error) => new Map(records.map((record) => [itemName(record), error])));
}
