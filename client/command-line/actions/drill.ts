import type { Incident } from '../../../core/contract/incident.ts';
import { WardenError } from '../../warden-error.ts';
import { parseDuration } from '../arguments/duration.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { openIncidents } from '../open-incidents.ts';
import type { DrillOptions } from '../options/drill.ts';
import { writeJson, writeLine } from '../output.ts';
import { call } from '../service.ts';
import { durationText } from '../text/times.ts';

/** The least timeouts: of a laptop, and of AWS. */
const leastTimeouts = [1, 60] as const;
const askEveryMs = 1_000;

/**
 * Registers an item that nobody completes, and waits until its incident says that people were notified. Removes the item
 * afterwards. Throws a WardenError.
 */
export async function drill(context: Context, { workflow, giveUp }: DrillOptions): Promise<void> {
  const mostMs = parseDuration('--give-up', giveUp);
  const path = { workflow, item: `drill-${context.now()}` };
  const deadline = await registerShortly(context, path);
  await writeLine(context.stderr, `Registered ${path.item} of ${workflow}; its deadline is ${deadline}.`);
  try {
    const notified = await notification(context, path, Date.parse(deadline) + mostMs);
    const item = await call(context, 'read', { path });
    const overdueAfterMs = Date.parse(item.overdueAt ?? '') - Date.parse(deadline);
    if (notified === undefined || Number.isNaN(overdueAfterMs)) {
      if (context.json) await writeJson(context.stdout, { workflow, item: path.item, notified: false });
      await writeLine(
        context.stderr,
        `Nobody was notified within ${durationText(mostMs)} of the deadline. \`warden doctor\` says what may be wrong.`,
      );
      return context.exitWith(exitCodes.findings);
    }
    const notifiedAfterMs = Date.parse(notified.at) - Date.parse(deadline);
    const result = {
      workflow,
      item: path.item,
      notified: true,
      incident: notified.incident,
      overdueAfterMs,
      notifiedAfterMs,
    };
    if (context.json) return await writeJson(context.stdout, result);
    await writeLine(
      context.stdout,
      `Found overdue ${durationText(overdueAfterMs)} after the deadline; people were notified ${durationText(notifiedAfterMs)} after it.`,
    );
  } finally {
    await call(context, 'complete', { path });
  }
}

/** Registers with the shortest timeout that this warden takes. Returns the deadline. */
async function registerShortly(context: Context, path: { workflow: string; item: string }): Promise<string> {
  for (const timeout of leastTimeouts) {
    try {
      return (await call(context, 'register', { path, body: { timeout } })).deadline;
    } catch (error) {
      if (!(error instanceof WardenError) || error.code !== 'deadline-out-of-range') throw error;
    }
  }
  throw new Error(`the warden takes no timeout of ${leastTimeouts.join(' or ')} seconds`);
}

/** When people were notified of the item's incident; undefined if nobody was by then. */
async function notification(
  context: Context,
  { workflow }: { workflow: string },
  until: number,
): Promise<{ at: string; incident: Incident['id'] } | undefined> {
  while (context.now() < until && !context.signal.aborted) {
    for (const { id } of await openIncidents(context, workflow)) {
      const { timeline } = await call(context, 'read-incident', { path: { incident: id } });
      const entry = timeline.find(({ event }) => event === 'notified');
      if (entry) return { at: entry.at, incident: id };
    }
    await context.wait(askEveryMs);
  }
  return undefined;
}
