import type { Context } from '../context.ts';
import { incidentsOf } from '../open-incidents.ts';
import { writeJson, writeLine } from '../output.ts';
import { call } from '../service.ts';
import { personText, troubleText } from '../text/incident-text.ts';

/** Acknowledges incidents, each named by its id or its workflow. Throws a WardenError. */
export async function acknowledge(
  context: Context,
  names: readonly string[],
  { note }: { note?: string },
): Promise<void> {
  for (const name of names) {
    for (const { id } of await incidentsOf(context, name)) {
      const incident = await call(context, 'acknowledge-incident', {
        path: { incident: id },
        body: { acknowledged: true, ...(note !== undefined && { note }) },
      });
      const by = incident.acknowledged ? ` by ${personText(incident.acknowledged)}` : '';
      if (context.json) await writeJson(context.stdout, incident);
      else {
        const what = `${id} of ${incident.workflow} (${troubleText(incident)})`;
        await writeLine(context.stdout, `${what} is acknowledged${by}.`);
      }
    }
  }
}
