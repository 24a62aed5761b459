import { setTimeout } from 'node:timers/promises';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { redriveLeaseMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { breachedItems, type Candidate } from './breached-items.ts';
import { discardPage } from './discard-page.ts';
import type { PageResult } from './page.ts';
import { resumePage } from './resume-page.ts';

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
  | 'publishRetry'
  | 'areDeliveriesNoted'
  | 'wait'
  | 'stopping'
>;

/** UTF-8 bytes of the ids of a page: with filter and errors they must fit a DynamoDB item of 400 KB. */
const pageIdBytes = 100 * 1024;
/** Bytes of the data of a page, as stored. All of it is in memory at once. */
const pageDataBytes = 8 * 1024 * 1024;

/**
 * Items in a page, which a crash can deliver twice: half a percent of all items, at least 10, and at most 100 or the
 * items of a fifth of a second.
 */
function pageSize({ rate, matched = 0 }: RedriveRecord): number {
  const most = Math.max(100, Math.ceil(rate / 5));
  return Math.min(rate, most, Math.max(10, Math.ceil(matched / 200)));
}

/** Works on page after page. Returns the redrive as it is afterwards; undefined if another runner has taken it over. */
export async function runPages(
  service: Service,
  taken: RedriveRecord,
  runner: string,
  until: number,
): Promise<RedriveRecord | undefined> {
  const { redrives, clock, wait = setTimeout } = service;
  let walk = breachedItems(service, taken, taken.cursor);
  let pace = { from: clock.now(), rate: taken.rate, done: 0 };
  let repeated = taken.page.length > 0;
  let redrive: RedriveRecord | undefined = taken;
  while (redrive && clock.now() < until && !service.stopping?.aborted) {
    if (redrive.page.length === 0) {
      if (redrive.state !== 'running') return redrive;
      // The rate has changed: measure the progress from now.
      if (redrive.rate !== pace.rate) pace = { from: clock.now(), rate: redrive.rate, done: 0 };
      const page = await nextPage(walk, Math.min(pageSize(redrive), leftOfLimit(redrive)));
      const begun = await beginPage(service, redrive, page, runner);
      if (begun?.state === 'done') return begun;
      if (begun === undefined) {
        // Somebody has paused or aborted the redrive or changed its rate. The page was not started, so choose it
        // again.
        redrive = await seenByOwner(redrives, redrive, runner);
        if (redrive) walk = breachedItems(service, redrive, redrive.cursor);
        continue;
      }
      redrive = begun;
    }
    const page = { redrive, repeated, until };
    const result = await (redrive.action === 'discard'
      ? discardPage(service, page)
      : resumePage(service, page));
    repeated = false;
    pace.done += redrive.page.length;
    redrive = await recordPage(service, redrive, result, runner);
    const [error] = result.retry.values();
    if (error) throw error;
    const ahead = pace.from + (pace.done / pace.rate) * 1000 - clock.now();
    if (redrive?.state === 'running' && ahead > 0) await wait(ahead);
  }
  return redrive;
}

/** Items that the limit still allows after the pages so far. */
function leftOfLimit({ limit = Number.POSITIVE_INFINITY, resumed, skipped, failed }: RedriveRecord): number {
  return Math.max(0, limit - resumed - skipped - failed);
}

/** Records the items of the next page, or that none remain. Undefined if the redrive has changed meanwhile. */
async function beginPage(
  service: Service,
  redrive: RedriveRecord,
  page: readonly Candidate[],
  runner: string,
): Promise<RedriveRecord | undefined> {
  if (page.length === 0) return end(service, redrive);
  // The page is recorded before the work, so that it is repeated after a crash.
  return service.redrives.replace(redrive, {
    page: page.map(({ item }) => item),
    cursor: page.at(-1)?.position,
    ...lease(runner, service.clock.now()),
  });
}

/** The redrive as it is now, if this runner still has it and its position is the same. */
async function seenByOwner(
  redrives: RedrivesTable,
  { workflow, id, cursor }: RedriveRecord,
  runner: string,
): Promise<RedriveRecord | undefined> {
  const seen = await redrives.read(workflow, id);
  return seen?.runner?.id === runner && seen.cursor === cursor && seen.page.length === 0 ? seen : undefined;
}

async function nextPage(walk: AsyncGenerator<Candidate>, size: number): Promise<Candidate[]> {
  const page: Candidate[] = [];
  let [ids, data] = [0, 0];
  while (page.length < size && ids < pageIdBytes && data < pageDataBytes) {
    const { value, done } = await walk.next();
    if (done) break;
    page.push(value);
    ids += Buffer.byteLength(value.item);
    data += value.record?.dataBytes ?? 0;
  }
  return page;
}

/** Nothing remains. */
async function end(
  { redrives, clock, log }: Service,
  redrive: RedriveRecord,
): Promise<RedriveRecord | undefined> {
  const { workflow, id } = redrive;
  const endedAt = instant(clock.now());
  const ended = await redrives.replace(redrive, { state: 'done', endedAt, ...addedUp(redrive) });
  if (!ended) return undefined;
  const fields = { workflow, redrive: id, resumed: ended.resumed, failed: ended.failed };
  if (ended.failed > 0) log.error('redrive done, some items failed', fields);
  else log.info('redrive done', fields);
  return ended;
}

export function lease(id: string, now: number): Pick<RedriveRecord, 'runner'> {
  return { runner: { id, until: instant(now + redriveLeaseMs) } };
}

/**
 * Matching items that were gone before their page count as skipped; items that the index showed late count as
 * matched.
 */
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
 * Adds the result of a page to the redrive, even if somebody has paused or aborted it meanwhile. Undefined if another
 * runner has taken it over.
 */
async function recordPage(
  { redrives, clock }: Service,
  redrive: RedriveRecord,
  { done, skipped, failed, retry }: PageResult,
  runner: string,
): Promise<RedriveRecord | undefined> {
  // First, so that a crash in between forgets no resumed item: the page is then repeated and written again.
  if (redrive.action === 'redrive' && done.length > 0) await redrives.keepResumed(redrive, [...done]);
  const errors = [...failed].map(([item, { name }]) => ({ item, error: name }));
  for (let seen: RedriveRecord | undefined = redrive; seen; ) {
    const changed = await redrives.replace(seen, {
      page: seen.page.filter((item) => retry.has(item)),
      resumed: seen.resumed + done.length,
      skipped: seen.skipped + skipped.length,
      failed: seen.failed + errors.length,
      errors: [...seen.errors, ...errors].slice(0, limits.redriveErrors),
      lastError: undefined,
      ...lease(runner, clock.now()),
    });
    if (changed) return changed;
    const before: RedriveRecord = seen;
    seen = await redrives.read(redrive.workflow, redrive.id);
    // Another runner has taken the redrive over and works on this page.
    if (seen?.runner?.id !== runner) return undefined;
    // The result was added; the reply was lost.
    if (seen.page.length < before.page.length) return seen;
  }
  return undefined;
}
