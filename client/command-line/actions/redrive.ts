import type { Command } from 'commander';
import { limits } from '../../../core/contract/limits.ts';
import { numberText } from '../../../core/contract/number-text.ts';
import type { Redrive, RedriveRequest } from '../../../core/contract/redrive.ts';
import { takeAssignments } from '../arguments/assignments.ts';
import { confirm } from '../arguments/confirm.ts';
import { parseCount, parseRate } from '../arguments/count.ts';
import { parseDuration } from '../arguments/duration.ts';
import { bodyOf } from '../arguments/filters.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { RedriveOptions } from '../options/redrive.ts';
import { writeJson, writeLine, writeText } from '../output.ts';
import { followCommand, followRedrive } from '../redrive-progress.ts';
import { call } from '../service.ts';
import { dryRunText } from '../text/dry-run-text.ts';
import { filterText, hasFindings, isSettled, progressText } from '../text/redrive-text.ts';

/** Resumes items, after a dry run and a question. Throws a UsageError or a WardenError. */
export async function redrive(context: Context, command: Command, texts: readonly string[]): Promise<void> {
  const { workflow, others } = takeWorkflow('redrive', texts, command.opts<RedriveOptions>().workflow);
  takeAssignments(command, others);
  const options = command.opts<RedriveOptions>();
  const body = await requestOf(context, options);
  if (options.dryRun) return showDryRun(context, workflow, body);
  if (!options.yes && !(await isWanted(context, workflow, body))) return;
  const started = await call(context, 'start-redrive', { path: { workflow }, body });
  if (!('id' in started)) return;
  await follow(context, started, options);
}

async function follow(context: Context, started: Redrive, options: RedriveOptions): Promise<void> {
  const { json, stdout, stderr } = context;
  const { workflow, id, alongside = [] } = started;
  if (alongside.length > 0) {
    await writeLine(stderr, `Also running: ${alongside.join(', ')}. Their rates add up.`);
  }
  if (options.watch || options.try !== undefined) {
    if (!json) await writeLine(stderr, `Redrive ${id} of ${workflow} is running. Ctrl-C leaves it running.`);
    const ended = await followRedrive(context, started);
    if (json) await writeJson(stdout, ended);
    else if (isSettled(ended)) await sayOutcome(context, ended, options);
    if (isSettled(ended) && hasFindings(ended)) context.exitWith(exitCodes.findings);
  } else if (json) {
    await writeJson(stdout, started);
  } else {
    await writeLine(stdout, `Redrive ${id} of ${workflow} is running.`);
    await writeLine(stderr, `To follow it: ${followCommand(started)}`);
    await writeLine(stderr, `To pause it: warden redrive pause ${workflow}`);
    await writeLine(stderr, `To stop it: warden redrive abort ${workflow}`);
  }
}

async function sayOutcome(
  { stdout, stderr }: Context,
  ended: Redrive,
  options: RedriveOptions,
): Promise<void> {
  const { workflow } = ended;
  const filter = filterText(ended);
  const same = filter === '' ? workflow : `${workflow} ${filter}`;
  await writeLine(stdout, `Redrive ${ended.id} of ${workflow}: ${progressText(ended)}.`);
  if (hasFindings(ended)) {
    await writeLine(stderr, `To see why: warden list ${workflow} --state overdue,failed`);
  } else if (options.try !== undefined) {
    await writeLine(stderr, `To resume the rest: warden redrive ${same} --rate 20 --watch`);
  }
}

async function requestOf(context: Context, options: RedriveOptions): Promise<RedriveRequest> {
  const tried = options.try === true ? '1' : options.try;
  const limit =
    tried === undefined ? options.limit && parseCount('--limit', options.limit) : parseCount('--try', tried);
  return {
    ...(await bodyOf(context, options)),
    ...(limit && { limit }),
    ...(options.rate !== undefined && { rate: parseRate(options.rate) }),
    ...(options.timeout !== undefined && { timeout: parseDuration('--timeout', options.timeout) / 1_000 }),
    ...(options.note !== undefined && { note: options.note }),
  };
}

async function showDryRun(context: Context, workflow: string, body: RedriveRequest): Promise<void> {
  const run = await call(context, 'start-redrive', { path: { workflow }, body: { ...body, dryRun: true } });
  if (context.json) return writeJson(context.stdout, run);
  if ('count' in run) await writeText(context.stdout, dryRunText(context, 'resumed', workflow, run));
}

/** Counts, and asks whether to continue. */
async function isWanted(context: Context, workflow: string, body: RedriveRequest): Promise<boolean> {
  const run = await call(context, 'start-redrive', { path: { workflow }, body: { ...body, dryRun: true } });
  if (!('count' in run)) return false;
  await writeText(context.stderr, dryRunText(context, 'resumed', workflow, run));
  if (run.count === 0) return false;
  const items = run.count === 1 ? '1 item' : `${numberText(run.count)} items`;
  const rate = body.rate ?? limits.defaultRedriveRate;
  if (await confirm(context, `Resume ${items} of ${workflow}, ${rate} a second?`)) return true;
  await writeLine(context.stderr, 'Nothing was resumed.');
  return false;
}
