import { setTimeout } from 'node:timers/promises';
import type { RedrivesTable } from '../aws/redrives-table.ts';
import { limits } from '../contract/limits.ts';
import { instant } from '../contract/time.ts';
import { errorFields, type Log } from '../log.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { isOver } from './change-redrive.ts';
import { discardPage } from './discard-page.ts';
import { endedItems } from './ended-items.ts';
import { type PageResult, type RedrivePageService, resumePage } from './redrive-page.ts';

export interface RunRedrivesService extends RedrivePageService {
  redrives: RedrivesTable;
  log: Log;
  /** Makes ids of runners, no two the same. */
  newId: () => string;
  /** Waits so many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
  /** Once it is aborted, no further page is begun. */
  stopping?: AbortSignal;
}

/** Milliseconds after which a run begins no further page: the function ends after 60 s, and the next is there by then. */
const budgetMs = 50_000;
/** Milliseconds for which nobody else works on a redrive after its runner has said that it does. */
const leaseMs = 30_000;
/** Items in a page: as many may be delivered twice after a crash. */
const mostOfPage = 100;
/** Milliseconds after which a marker without a redrive is one that a crash has left. */
const orphanMs = 300_000;

/**
 * Goes on with all redrives and discards that are running, each at its own rate and on its own (P8), for less than a
 * minute: the next invocation goes on where this one stopped.
 */
export async function runRedrives(service: RunRedrivesService): Promise<void> {
  const { redrives, clock, log, newId } = service;
  const until = clock.now() + budgetMs;
  const runner = newId();
  const failures: unknown[] = [];
  const running: Promise<void>[] = [];
  for await (const { workflow, id, at } of redrives.running()) {
    const one = runOne(service, { workflow, id, at }, runner, until).catch((error: unknown) => {
      failures.push(error);
      log.error('redrive failed', { workflow, redrive: id, ...errorFields(error) });
    });
    running.push(one);
  }
  await Promise.all(running);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} redrives failed`);
}

async function runOne(
  service: RunRedrivesService,
  { workflow, id, at }: { workflow: string; id: string; at: string },
  runner: string,
  until: number,
): Promise<void> {
  const { redrives, clock, log, wait = setTimeout } = service;
  const seen = await redrives.read(workflow, id);
  const now = clock.now();
  if (seen === undefined || seen.state === 'planned') {
    if (now - Date.parse(at) > orphanMs) await redrives.unmark(workflow, id);
    return;
  }
  if (isOver(seen)) return redrives.unmark(workflow, id);
  if (seen.state === 'paused' || isTaken(seen, runner, now)) return;

  const counted = await countedOnce(service, seen);
  let redrive = await redrives.replace(seen, { ...counted, ...lease(runner, clock.now()) });
  // Items done in this run, and when it began: what its rate is measured by.
  let done = 0;
  const began = clock.now();
  let repeated = (redrive?.page.length ?? 0) > 0;
  while (redrive && clock.now() < until && !service.stopping?.aborted) {
    if (redrive.page.length === 0) {
      const page = await nextPage(service, redrive);
      if (page.items.length === 0) {
        const ended = await redrives.replace(redrive, {
          state: 'done',
          endedAt: instant(clock.now()),
          ...addedUp(redrive),
        });
        if (ended)
          log.info('redrive done', { workflow, redrive: id, resumed: ended.resumed, failed: ended.failed });
        return ended ? redrives.unmark(workflow, id) : undefined;
      }
      // What is to be done is written before it is done, so that a crash repeats it.
      redrive = await redrives.replace(redrive, {
        page: page.items,
        cursor: page.cursor,
        ...lease(runner, clock.now()),
      });
      if (!redrive) break;
    }
    const result: PageResult =
      redrive.action === 'discard'
        ? await discardPage(service, redrive, repeated)
        : await resumePage(service, redrive);
    repeated = false;
    done += redrive.page.length;
    redrive = await recordPage(service, redrive, result, runner);
    const ahead = began + (done / (redrive?.rate ?? 1)) * 1000 - clock.now();
    if (redrive && ahead > 0) await wait(ahead);
  }
  // The next run comes before the lease ends.
  if (redrive) await redrives.replace(redrive, { runner: undefined });
}

function isTaken({ runner }: RedriveRecord, mine: string, now: number): boolean {
  return runner !== undefined && runner.id !== mine && now < Date.parse(runner.until);
}

function lease(id: string, now: number): Pick<RedriveRecord, 'runner'> {
  return { runner: { id, until: instant(now + leaseMs) } };
}

/** How many items it is about, when it begins. */
async function countedOnce(
  service: RunRedrivesService,
  redrive: RedriveRecord,
): Promise<Partial<RedriveRecord>> {
  if (redrive.matched !== undefined) return {};
  let matched = 0;
  for await (const _ of endedItems(service, redrive, undefined)) matched++;
  return { matched };
}

/** Those that matched and were gone before their page came are skipped, too; those that the index showed late matched. */
function addedUp({
  matched = 0,
  resumed,
  skipped,
  failed,
}: RedriveRecord): Pick<RedriveRecord, 'matched' | 'skipped'> {
  const gone = Math.max(0, matched - resumed - skipped - failed);
  return { matched: resumed + skipped + gone + failed, skipped: skipped + gone };
}

async function nextPage(
  service: RunRedrivesService,
  redrive: RedriveRecord,
): Promise<{ items: string[]; cursor: string | undefined }> {
  const most = Math.min(mostOfPage, redrive.rate);
  const items: string[] = [];
  let cursor = redrive.cursor;
  for await (const { record, position } of endedItems(service, redrive, redrive.cursor)) {
    items.push(record.item);
    cursor = position;
    if (items.length >= most) break;
  }
  return { items, cursor };
}

/**
 * Adds what a page came to. Somebody may have paused or aborted meanwhile: then it is added to that, and undefined is
 * given, as this runner is to do no more.
 */
async function recordPage(
  { redrives, clock }: RunRedrivesService,
  redrive: RedriveRecord,
  { resumed, skipped, errors }: PageResult,
  runner: string,
): Promise<RedriveRecord | undefined> {
  for (let seen: RedriveRecord | undefined = redrive; seen; ) {
    const changed = await redrives.replace(seen, {
      page: [],
      resumed: seen.resumed + resumed,
      skipped: seen.skipped + skipped,
      failed: seen.failed + errors.length,
      errors: [...seen.errors, ...errors].slice(0, limits.redriveErrors),
      ...lease(runner, clock.now()),
    });
    if (changed) return changed.state === 'running' ? changed : undefined;
    seen = await redrives.read(redrive.workflow, redrive.id);
    // Another runner has taken it over, and does this page.
    if (seen?.runner?.id !== runner) return undefined;
    // It was added: the reply was lost.
    if (seen.page.length === 0) return seen.state === 'running' ? seen : undefined;
  }
  return undefined;
}
