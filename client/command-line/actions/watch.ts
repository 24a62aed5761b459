import type { Context } from '../context.ts';
import { readOpenIncidents } from '../open-incidents.ts';
import type { WatchOptions } from '../options/watch.ts';
import { writeJson, writeText } from '../output.ts';
import { poll } from '../polling.ts';
import { printable } from '../printable.ts';
import { incidentColumns } from '../text/incident-text.ts';
import { cutTo, tableText } from '../text/table.ts';
import { localText, zoneOf } from '../text/times.ts';
import { isBreached, workflowColumns, workflowRows } from './workflows.ts';

const esc = '\u001b[';

/** Shows workflows and incidents until Ctrl-C. Throws a UsageError or a WardenError. */
export async function watch(context: Context, options: WatchOptions): Promise<void> {
  const { json, stdout } = context;
  await poll(context, options, async () => {
    const rows = (await workflowRows(context)).filter((row) => !options.breached || isBreached(row));
    const incidents = await readOpenIncidents(context);
    const at = new Date(context.now()).toISOString();
    if (json) return writeJson(stdout, { at, workflows: rows, incidents });
    const text = [
      `${localText(at, zoneOf(context))}  (Ctrl-C ends this)\n`,
      tableText(workflowColumns(context), rows, stdout.columns),
      incidents.length === 0
        ? 'No incident is open.\n'
        : tableText(incidentColumns(context), incidents, stdout.columns),
    ].join('\n');
    if (stdout.isTTY) redraw(stdout, text);
    else await writeText(stdout, text);
  });
}

/** Draws over the last screen, as far as the terminal has lines. */
function redraw(stdout: Context['stdout'], text: string): void {
  const { rows = 24, columns = 80 } = stdout as { rows?: number; columns?: number };
  const lines = text
    .trimEnd()
    .split('\n')
    .slice(0, rows - 1);
  stdout.write(
    `${esc}H${lines.map((line) => `${cutTo(printable(line), columns)}${esc}K\r\n`).join('')}${esc}J`,
  );
}
