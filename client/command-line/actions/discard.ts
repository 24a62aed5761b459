import type { Command } from 'commander';
import { numberText } from '../../../core/contract/number-text.ts';
import { takeAssignments } from '../arguments/assignments.ts';
import { confirm } from '../arguments/confirm.ts';
import { parseCount } from '../arguments/count.ts';
import { bodyOf } from '../arguments/filters.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { DiscardOptions } from '../options/discard.ts';
import { writeJson, writeLine, writeText } from '../output.ts';
import { followRedrive } from '../redrive-progress.ts';
import { call } from '../service.ts';
import { isOpen } from '../started-redrive.ts';
import { dryRunText } from '../text/dry-run-text.ts';
import { hasFindings, progressText } from '../text/redrive-text.ts';

/** Removes items, after a dry run and a question. Throws a UsageError or a WardenError. */
export async function discard(context: Context, command: Command, texts: readonly string[]): Promise<void> {
  const { workflow, others } = takeWorkflow('discard', texts, command.opts<DiscardOptions>().workflow);
  takeAssignments(command, others);
  const options = command.opts<DiscardOptions>();
  const { json, stdout, stderr } = context;
  const dryRun = await call(context, 'discard', {
    path: { workflow },
    body: {
      ...(await bodyOf(context, options)),
      ...(options.limit !== undefined && { limit: parseCount('--limit', options.limit) }),
      ...(options.note !== undefined && { note: options.note }),
      dryRun: true,
    },
  });
  if (!('count' in dryRun)) return;
  if (options.dryRun && json) return writeJson(stdout, dryRun);
  const text = dryRunText(context, 'discarded', workflow, dryRun);
  if (options.dryRun) return writeText(stdout, text);
  if (!options.yes || dryRun.count === 0) await writeText(stderr, text);
  const { count, token } = dryRun;
  if (count === 0 || token === undefined) return;
  const items = count === 1 ? '1 item' : `${numberText(count)} items`;
  if (!options.yes && !(await confirm(context, `Remove ${items} of ${workflow} and their data for good?`))) {
    return writeLine(stderr, 'Nothing was removed.');
  }
  const started = await call(context, 'discard', { path: { workflow }, body: { token } });
  if (!('id' in started)) return;
  const ended = await followRedrive(context, started, (one) => !isOpen(one));
  if (json) await writeJson(stdout, ended);
  else if (!isOpen(ended))
    await writeLine(stdout, `Discard ${ended.id} of ${workflow}: ${progressText(ended)}.`);
  if (!isOpen(ended) && hasFindings(ended)) context.exitWith(exitCodes.findings);
}
