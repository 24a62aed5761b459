import type { Redrive } from '../../../core/contract/redrive.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { StartedOptions } from '../options/redrive.ts';
import { writeJson, writeLine, writeText } from '../output.ts';
import { followRedrive } from '../redrive-progress.ts';
import { writeRows } from '../rows.ts';
import { call } from '../service.ts';
import { allRunning, chosenRedrive, isOpen, redrivesOf } from '../started-redrive.ts';
import { factsText } from '../text/facts.ts';
import { filterText, hasFindings, progressText, redriveColumns } from '../text/redrive-text.ts';
import { bothText, zoneOf } from '../text/times.ts';

/** Lists redrives and discards, or shows one. Throws a UsageError or a WardenError. */
export async function redriveStatus(
  context: Context,
  words: readonly (string | undefined)[],
  options: StartedOptions,
): Promise<void> {
  const given = words.filter((word) => word !== undefined);
  if (given.length === 0 && options.workflow === undefined) {
    return writeRows(
      context,
      redriveColumns(context),
      await allRunning(context),
      'No redrive or discard is running.',
    );
  }
  const { workflow, others } = takeWorkflow('redrive status', given, options.workflow);
  const [id] = others;
  if (id === undefined && !options.watch) {
    const found = await redrivesOf(context, workflow);
    return writeRows(context, redriveColumns(context), found, `${workflow} has had no redrive or discard.`);
  }
  const path = await chosenRedrive(context, workflow, id, isOpen);
  const found = options.watch
    ? await followRedrive(context, { workflow, id: path.redrive })
    : await call(context, 'read-redrive', { path });
  if (context.json) await writeJson(context.stdout, found);
  else if (options.watch) await writeLine(context.stdout, `${found.id}: ${progressText(found)}.`);
  else await writeText(context.stdout, redriveText(context, found));
  if (options.watch && hasFindings(found)) context.exitWith(exitCodes.findings);
}

function redriveText(context: Context, redrive: Redrive): string {
  const time = (at: string | undefined) => at && bothText(at, context.now(), zoneOf(context));
  const { errors, lastError } = redrive;
  const facts = factsText(
    [
      ['Workflow', redrive.workflow],
      [redrive.action === 'redrive' ? 'Redrive' : 'Discard', redrive.id],
      ['State', redrive.state],
      ['Progress', progressText(redrive)],
      ['Filter', filterText(redrive) || 'all overdue and failed items'],
      ['Limit', redrive.limit?.toString()],
      ['Rate', `${redrive.rate} a second`],
      ['Started', `${time(redrive.startedAt)} by ${redrive.by}`],
      ['Ends', time(redrive.estimatedEnd)],
      ['Ended', time(redrive.endedAt)],
      ['Note', redrive.note],
      [
        'Could not continue',
        lastError && `${time(lastError.at)}: ${lastError.error}; it is retried every minute`,
      ],
    ],
    context.stdout.columns,
  );
  const lines = errors.map(({ item, error }) => `  ${item}: ${error}\n`).join('');
  return errors.length === 0 ? facts : `${facts}\nErrors:\n${lines}`;
}
