import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Placed } from '../aws/items-in-order.ts';
import type { RedrivesTable, RunningRedrive } from '../aws/redrives-table.ts';
import type { RegistryTable } from '../aws/registry-table.ts';
import { limits } from '../contract/limits.ts';
import { instant } from '../contract/time.ts';
import { errorFields, type Log } from '../log.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { isOver } from '../rules/redrive-view.ts';
import { beginRedrive } from './begin-redrive.ts';
import { discardPage } from './discard-page.ts';
import { endedItems } from './ended-items.ts';
import { automatic } from './keep-automatic-redrive.ts';
import type { PageResult } from './page-result.ts';
import { type RedrivePageService, resumePage } from './redrive-page.ts';

export interface RunRedrivesService extends RedrivePageService {
  redrives: RedrivesTable;
  registry: RegistryTable;
  log: Log;
  /** Makes ids of runners, no two the same. */
  newId: () => string;
  /** Waits so many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
  /** Once it is aborted, no further page is begun. */
  stopping?: AbortSignal;
}

/** Milliseconds after which a run begins no further page: the next is there by then. The function ends after 75 s. */
const budgetMs = 55_000;
/** Redrives that are worked on at once. When there are more, each has a part of the time. */
const parallel = 10;
/**
 * Milliseconds for which nobody else works on a redrive after its runner has said that it does: longer than the function
 * takes, so that only those of a function that is gone are taken over.
 */
const leaseMs = 80_000;
/** Milliseconds after which a marker without a redrive is one that a crash has left. */
const orphanMs = 300_000;
/** UTF-8 bytes of the ids of a page: with the filter and the errors it must fit a DynamoDB item of 400 KB. */
const pageBytes = 100 * 1024;

/**
 * Items in a page, as many of which may be delivered twice after a crash: half a percent of all, but 10 at least, and 100 or
 * a fifth of a second's at most.
 */
function pageSize({ rate, matched = 0 }: RedriveRecord): number {
  const most = Math.max(100, Math.ceil(rate / 5));
  return Math.min(rate, most, Math.max(10, Math.ceil(matched / 200)));
}

/**
 * Goes on with all redrives and discards that are running, each at its own rate and on its own (P8), for less than a
 * minute: the next invocation goes on where this one stopped. Fails when one could not go on, after all others did.
 */
export async function runRedrives(service: RunRedrivesService): Promise<void> {
  const { redrives, clock, log, newId } = service;
  const until = clock.now() + budgetMs;
  const runner = newId();
  const failures: unknown[] = [];
  const running: RunningRedrive[] = [];
  for await (const one of redrives.running()) running.push(one);
  const share = budgetMs * Math.min(1, parallel / running.length);
  await pLimit(parallel).map(running, async (one) => {
    await runOne(service, one, runner, Math.min(until, clock.now() + share)).catch((error: unknown) => {
      failures.push(error);
      log.error('redrive failed', { workflow: one.workflow, redrive: one.id, ...errorFields(error) });
    });
  });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} redrives failed`);
}

async function runOne(
  service: RunRedrivesService,
  marker: RunningRedrive,
  runner: string,
  until: number,
): Promise<void> {
  const { redrives, clock } = service;
  const seen = await redrives.read(marker.workflow, marker.id);
  const now = clock.now();
  if (seen === undefined || seen.state === 'planned') {
    if (now - Date.parse(marker.at) > orphanMs) await redrives.unmark(marker);
    return;
  }
  if (isTaken(seen, runner, now)) return;
  // A page that was begun comes to its end, even if whoever began it is gone: its items may have been started.
  if (seen.page.length === 0 && isOver(seen)) return redrives.unmark(marker);
  if (seen.page.length === 0 && seen.state === 'paused') return;

  if (seen.action === 'redrive' && (await service.redriveTopic.subscriptions()) === 0) {
    const error = Object.assign(new Error('nothing is subscribed to the redrive topic'), {
      name: 'NoSubscription',
    });
    await redrives.replace(seen, { lastError: { at: instant(now), error: error.name } });
    throw error;
  }
  const change = (await isUnwanted(service, seen))
    ? { state: 'aborted' as const, endedAt: instant(now) }
    : await beginRedrive(service, seen);
  const taken = await redrives.replace(seen, { ...change, ...lease(runner, clock.now()) });
  if (!taken) return;
  const left = await runPages(service, taken, runner, until);
  if (left?.state === 'done') await redrives.unmark(marker);
  // The next run comes before the lease ends.
  else if (left?.runner) await redrives.replace(left, { runner: undefined });
}

/** Page after page. Gives the redrive as it is then, unless it is another's meanwhile. */
async function runPages(
  service: RunRedrivesService,
  taken: RedriveRecord,
  runner: string,
  until: number,
): Promise<RedriveRecord | undefined> {
  const { redrives, clock, wait = setTimeout } = service;
  const began = clock.now();
  const walk = endedItems(service, taken, taken.cursor);
  // Items done in this run, by which its rate is measured.
  let done = 0;
  let repeated = taken.page.length > 0;
  let redrive: RedriveRecord | undefined = taken;
  while (redrive && clock.now() < until && !service.stopping?.aborted) {
    if (redrive.page.length === 0) {
      if (redrive.state !== 'running') return redrive;
      const page = await nextPage(walk, pageSize(redrive));
      if (page.length === 0) return end(service, redrive);
      // What is to be done is written before it is done, so that a crash repeats it.
      redrive = await redrives.replace(redrive, {
        page: page.map(({ record }) => record.item),
        cursor: page.at(-1)?.position,
        ...lease(runner, clock.now()),
      });
      if (!redrive) return undefined;
    }
    const page = { redrive, repeated, until };
    const result = await (redrive.action === 'discard'
      ? discardPage(service, page)
      : resumePage(service, page));
    repeated = false;
    done += redrive.page.length;
    redrive = await recordPage(service, redrive, result, runner);
    const [error] = result.left.values();
    if (error) {
      if (redrive) await redrives.replace(redrive, { runner: undefined });
      throw error;
    }
    const ahead = began + (done / taken.rate) * 1000 - clock.now();
    if (redrive?.state === 'running' && ahead > 0) await wait(ahead);
  }
  return redrive;
}

async function nextPage(walk: AsyncGenerator<Placed>, size: number): Promise<Placed[]> {
  const page: Placed[] = [];
  let bytes = 0;
  while (page.length < size && bytes < pageBytes) {
    const { value, done } = await walk.next();
    if (done) break;
    page.push(value);
    bytes += Buffer.byteLength(value.record.item);
  }
  return page;
}

/** Nothing is left of it. */
async function end(
  { redrives, clock, log }: RunRedrivesService,
  redrive: RedriveRecord,
): Promise<RedriveRecord | undefined> {
  const { workflow, id } = redrive;
  const endedAt = instant(clock.now());
  const ended = await redrives.replace(redrive, { state: 'done', endedAt, ...addedUp(redrive) });
  if (!ended) return undefined;
  const fields = { workflow, redrive: id, resumed: ended.resumed, failed: ended.failed };
  if (ended.failed > 0) log.error('redrive done, not for all items', fields);
  else log.info('redrive done', fields);
  return ended;
}

function isTaken({ runner }: RedriveRecord, mine: string, now: number): boolean {
  return runner !== undefined && runner.id !== mine && now < Date.parse(runner.until);
}

function lease(id: string, now: number): Pick<RedriveRecord, 'runner'> {
  return { runner: { id, until: instant(now + leaseMs) } };
}

/** Whether it was started by settings that are not there any more. */
async function isUnwanted(
  { registry }: RunRedrivesService,
  { workflow, by, state }: RedriveRecord,
): Promise<boolean> {
  if (by !== automatic || state !== 'running') return false;
  const settings = (await registry.findWorkflow(workflow))?.settings;
  return settings?.redrive?.automatic === undefined || settings.idempotent !== true;
}

/** Those that matched and were gone before their page came are skipped, too; those that the index showed late matched. */
function addedUp({ matched = 0, resumed, skipped, failed, more }: RedriveRecord): Partial<RedriveRecord> {
  const gone = more ? 0 : Math.max(0, matched - resumed - skipped - failed);
  return {
    matched: resumed + skipped + gone + failed,
    skipped: skipped + gone,
    more: undefined,
    runner: undefined,
  };
}

/**
 * Adds what a page came to. Somebody may have paused or aborted meanwhile: then it is added to that. Undefined when
 * another runner has taken it over.
 */
async function recordPage(
  { redrives, clock }: RunRedrivesService,
  redrive: RedriveRecord,
  { resumed, skipped, failed, left }: PageResult,
  runner: string,
): Promise<RedriveRecord | undefined> {
  const errors = [...failed].map(([item, { name }]) => ({ item, error: name }));
  const [error] = left.values();
  for (let seen: RedriveRecord | undefined = redrive; seen; ) {
    const changed = await redrives.replace(seen, {
      page: seen.page.filter((item) => left.has(item)),
      resumed: seen.resumed + resumed.size,
      skipped: seen.skipped + skipped.size,
      failed: seen.failed + errors.length,
      errors: [...seen.errors, ...errors].slice(0, limits.redriveErrors),
      lastError: error && { at: instant(clock.now()), error: error.name },
      ...lease(runner, clock.now()),
    });
    if (changed) return changed;
    const before: RedriveRecord = seen;
    seen = await redrives.read(redrive.workflow, redrive.id);
    // Another runner has taken it over, and does this page.
    if (seen?.runner?.id !== runner) return undefined;
    // It was added: the reply was lost.
    if (seen.page.length < before.page.length) return seen;
  }
  return undefined;
}
