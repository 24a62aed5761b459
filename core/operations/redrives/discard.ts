import type { Note } from '../../aws/registry/audit-log.ts';
import type { DiscardBody } from '../../contract/discard.ts';
import type { DryRun } from '../../contract/dry-run.ts';
import { limits } from '../../contract/limits.ts';
import type { Redrive } from '../../contract/redrive.ts';
import { instant } from '../../contract/time.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';
import { requireKnown } from '../../model/workflow/known-workflow.ts';
import { discardTokenMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { dryRunOf, newRedrive, requireRoom, withOthers } from './start-redrive.ts';

/**
 * Removes items for good, in two requests: a dry run returns what would be removed and a token; a second request with
 * the token starts the removal in the background. Only items already breached at the time of the dry run are removed.
 * Repeating the second request does nothing more. Throws a 404 problem for a token of no dry run of this workflow, a
 * 409 problem for a token that is too old.
 */
export async function discard(
  service: Pick<Ports, 'items' | 'registry' | 'redrives' | 'clock' | 'log'>,
  { workflow, request, by, note }: { workflow: string; request: DiscardBody; by: string; note: Note },
): Promise<{ started: Redrive } | { dryRun: DryRun }> {
  const { redrives, clock } = service;
  const { dryRun, token, limit, note: why, ...filter } = request;
  if (token !== undefined) return { started: await discardPlanned(service, workflow, token, by, note) };
  requireKnown(await service.registry.readOrUnreadable(workflow), workflow);
  const asked = {
    workflow,
    action: 'discard' as const,
    filter,
    limit,
    rate: limits.redriveRate,
    note: why,
    by,
  };
  const record = { ...newRedrive(asked, clock.now()), state: 'planned' as const };
  const { dryRun: found, lastPosition } = await dryRunOf(service, record);
  await redrives.plan({ ...record, lastPosition });
  return { dryRun: { ...found, token: record.id } };
}

async function discardPlanned(
  { redrives, clock }: Pick<Ports, 'redrives' | 'clock'>,
  workflow: string,
  token: string,
  by: string,
  note: Note,
): Promise<Redrive> {
  const planned = await redrives.read(workflow, token);
  if (planned?.action !== 'discard') {
    throw new ProblemError(
      'redrive-not-found',
      `this token belongs to no dry run of workflow "${workflow}"; make a dry run and send its token`,
    );
  }
  const now = clock.now();
  // A repeat of the request that started the discard.
  if (planned.state !== 'planned') return redriveView(planned, now);
  if (now - Date.parse(planned.startedAt) > discardTokenMs) {
    throw new ProblemError(
      'dry-run-too-old',
      `the dry run was made at ${planned.startedAt}; its token is valid for 15 minutes, so make another dry run`,
    );
  }
  const alongside = await requireRoom(redrives, workflow);
  await note({ action: 'discard-started', subject: token });
  const startedAt = instant(now);
  await redrives.mark({ ...planned, startedAt });
  const replaced = await redrives.replace(planned, { state: 'running', by, startedAt });
  const started = replaced ?? (await redrives.read(workflow, token));
  if (!started || started.state === 'planned') throw contended('the discard');
  return withOthers(redriveView(started, now), alongside);
}
