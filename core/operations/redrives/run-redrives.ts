import pLimit from 'p-limit';
import type { RunningRedrive } from '../../aws/registry/redrives.ts';
import { instant } from '../../contract/time.ts';
import { errorFields } from '../../log.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { isOver } from '../../model/redrive/redrive-view.ts';
import { orphanedMarkerMs, runRedrivesBudgetMs, runRedrivesEveryMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { beginRedrive } from './begin-redrive.ts';
import { automatic } from './keep-automatic-redrive.ts';
import { noteEnd } from './note-in-incident.ts';
import { lease, runPages } from './run-pages.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'outcomes'
  | 'redrives'
  | 'timers'
  | 'itemEvents'
  | 'redriveTopic'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
  | 'newId'
  | 'publishRetry'
  | 'areDeliveriesNoted'
  | 'wait'
  | 'stopping'
>;

/** How many redrives run at the same time, each with a page of items and their data in memory. */
const parallel = 5;

/**
 * Continues all running redrives and discards, each at its own rate and independently (P8), for less than a minute.
 * The next invocation continues where this one stopped. If there are more than five, they take turns and share the
 * time. Throws at the end if any redrive failed; the others have run by then.
 */
export async function runRedrives(service: Service): Promise<void> {
  const { redrives, clock, log, newId } = service;
  const began = clock.now();
  const runner = newId();
  const failures: unknown[] = [];
  const attempt = async <Result>(marker: RunningRedrive, work: () => Promise<Result>) => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      log.error('redrive failed', { workflow: marker.workflow, redrive: marker.id, ...errorFields(error) });
      // The error is logged already, so a failure to record it changes nothing.
      await letGo(service, marker, runner, error as Error).catch(() => {});
      return undefined;
    }
  };
  const markers: RunningRedrive[] = [];
  for await (const marker of redrives.running()) markers.push(marker);
  const limit = pLimit(parallel);
  const ready = (
    await limit.map(markers, (marker) =>
      attempt(marker, async () => {
        const seen = await goesOn(service, marker, runner);
        return seen && { marker, seen };
      }),
    )
  ).filter((one) => one !== undefined);
  const share = runRedrivesBudgetMs / Math.max(1, Math.ceil(ready.length / parallel));
  // The last redrives have only the remaining time, so the order changes with each run.
  const first = Math.floor(began / runRedrivesEveryMs) % Math.max(1, ready.length);
  await limit.map([...ready.slice(first), ...ready.slice(0, first)], ({ marker, seen }) =>
    attempt(marker, () =>
      runOne(service, marker, seen, runner, Math.min(began + runRedrivesBudgetMs, clock.now() + share)),
    ),
  );
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} redrives failed`);
}

/** The redrive, if there is work for it now. The marker of a redrive that has ended is removed. */
async function goesOn(
  service: Service,
  marker: RunningRedrive,
  runner: string,
): Promise<RedriveRecord | undefined> {
  const { redrives, redriveTopic, clock } = service;
  const seen = await redrives.read(marker.workflow, marker.id);
  const now = clock.now();
  if (seen === undefined || seen.state === 'planned') {
    if (now - Date.parse(marker.at) > orphanedMarkerMs) await redrives.unmark(marker);
    return undefined;
  }
  if (isTaken(seen, runner, now)) return undefined;
  // Finish a page that was started, even if its runner is gone: its items may have been resumed.
  if (seen.page.length === 0 && seen.state !== 'running') {
    if (isOver(seen)) await endOne(service, marker, seen);
    return undefined;
  }
  // Of an aborted redrive only the current page remains, whose items are watched.
  if (seen.action === 'discard' || isOver(seen) || (await redriveTopic.subscriptions()) > 0) return seen;
  if (seen.state === 'paused') return undefined;
  throw Object.assign(new Error('the redrive topic has no subscription'), { name: 'NoSubscription' });
}

/** The marker goes last: after a crash the next run finds it, and completes the end. */
async function endOne(service: Service, marker: RunningRedrive, ended: RedriveRecord): Promise<void> {
  await noteEnd(service, ended);
  await service.redrives.unmark(marker);
}

async function runOne(
  service: Service,
  marker: RunningRedrive,
  seen: RedriveRecord,
  runner: string,
  until: number,
): Promise<void> {
  const { redrives, clock } = service;
  const change = (await isUnwanted(service, seen))
    ? { state: 'aborted' as const, endedAt: instant(clock.now()) }
    : await beginRedrive(service, seen);
  const taken = await redrives.replace(seen, { ...change, ...lease(runner, clock.now()) });
  if (!taken) return;
  const left = await runPages(service, taken, runner, until);
  if (left?.state === 'done') await endOne(service, marker, left);
  // The next run starts before the lease ends.
  else if (left?.runner) await redrives.replace(left, { runner: undefined });
}

/** Records why a redrive could not continue, and releases its lease for the next run. */
async function letGo(
  { redrives, clock }: Service,
  { workflow, id }: RunningRedrive,
  runner: string,
  { name }: Error,
): Promise<void> {
  const seen = await redrives.read(workflow, id);
  if (seen === undefined || (seen.runner && seen.runner.id !== runner)) return;
  await redrives.replace(seen, { runner: undefined, lastError: { at: instant(clock.now()), error: name } });
}

function isTaken({ runner }: RedriveRecord, mine: string, now: number): boolean {
  return runner !== undefined && runner.id !== mine && now < Date.parse(runner.until);
}

/** Whether it is an automatic redrive of settings that were removed since. */
async function isUnwanted({ registry }: Service, { workflow, by, state }: RedriveRecord): Promise<boolean> {
  if (by !== automatic || state !== 'running') return false;
  const settings = (await registry.findWorkflow(workflow))?.settings;
  return settings?.redrive?.automatic === undefined || settings.idempotent !== true;
}
