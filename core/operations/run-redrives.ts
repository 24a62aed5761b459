import { setTimeout } from 'node:timers/promises';
import type { Placed } from '../aws/items-in-order.ts';
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
/** Items in a page, for which as many may be delivered twice after a crash: a second's at most, or a fifth of a second's. */
const pageOf = ({ rate }: RedriveRecord) => Math.min(rate, Math.max(100, Math.ceil(rate / 5)));
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
  const { redrives, clock } = service;
  const seen = await redrives.read(workflow, id);
  const now = clock.now();
  if (seen === undefined || seen.state === 'planned') {
    if (now - Date.parse(at) > orphanMs) await redrives.unmark(workflow, id);
    return;
  }
  if (isOver(seen)) return redrives.unmark(workflow, id);
  if (seen.state === 'paused' || isTaken(seen, runner, now)) return;

  const counted = await countedOnce(service, seen);
  const taken = await redrives.replace(seen, { ...counted, ...lease(runner, clock.now()) });
  const left = taken && (await runPages(service, taken, runner, until));
  // The next run comes before the lease ends.
  if (left) await redrives.replace(left, { runner: undefined });
}

/** Page after page. Gives the redrive when the time is up before its end, and it is still this runner's. */
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
      const page = await nextPage(walk, pageOf(redrive));
      if (page.length === 0) return end(service, redrive);
      // What is to be done is written before it is done, so that a crash repeats it.
      redrive = await redrives.replace(redrive, {
        page: page.map(({ record }) => record.item),
        cursor: page.at(-1)?.position,
        ...lease(runner, clock.now()),
      });
      if (!redrive) return undefined;
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
  return redrive;
}

async function nextPage(walk: AsyncGenerator<Placed>, size: number): Promise<Placed[]> {
  const page: Placed[] = [];
  while (page.length < size) {
    const { value, done } = await walk.next();
    if (done) break;
    page.push(value);
  }
  return page;
}

/** Nothing is left of it. */
async function end({ redrives, clock, log }: RunRedrivesService, redrive: RedriveRecord): Promise<undefined> {
  const { workflow, id } = redrive;
  const endedAt = instant(clock.now());
  const ended = await redrives.replace(redrive, { state: 'done', endedAt, ...addedUp(redrive) });
  if (!ended) return undefined;
  log.info('redrive done', { workflow, redrive: id, resumed: ended.resumed, failed: ended.failed });
  await redrives.unmark(workflow, id);
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
