import { setTimeout } from 'node:timers/promises';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { redriveLeaseMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { discardPage } from './discard-page.ts';
import { type Candidate, endedItems } from './ended-items.ts';
import type { PageResult } from './page.ts';
import { resumePage } from './resume-page.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'outcomes'
  | 'redrives'
  | 'timers'
  | 'itemEvents'
  | 'redriveTopic'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
  | 'publishRetry'
  | 'wait'
  | 'stopping'
>;

/** UTF-8 bytes of the ids of a page: with the filter and the errors it must fit a DynamoDB item of 400 KB. */
const pageIdBytes = 100 * 1024;
/** Bytes of the data of a page, as it is stored: all of it is in memory. */
const pageDataBytes = 8 * 1024 * 1024;

/**
 * Items in a page, as many of which may be delivered twice after a crash: half a percent of all, but 10 at least, and 100 or
 * a fifth of a second's at most.
 */
function pageSize({ rate, matched = 0 }: RedriveRecord): number {
  const most = Math.max(100, Math.ceil(rate / 5));
  return Math.min(rate, most, Math.max(10, Math.ceil(matched / 200)));
}

/** Page after page. Gives the redrive as it is then, unless it is another's meanwhile. */
export async function runPages(
  service: Service,
  taken: RedriveRecord,
  runner: string,
  until: number,
): Promise<RedriveRecord | undefined> {
  const { redrives, clock, wait = setTimeout } = service;
  let walk = endedItems(service, taken, taken.cursor);
  let pace = { from: clock.now(), rate: taken.rate, done: 0 };
  let repeated = taken.page.length > 0;
  let redrive: RedriveRecord | undefined = taken;
  while (redrive && clock.now() < until && !service.stopping?.aborted) {
    if (redrive.page.length === 0) {
      if (redrive.state !== 'running') return redrive;
      // What was done at another rate says nothing of how far this one has got.
      if (redrive.rate !== pace.rate) pace = { from: clock.now(), rate: redrive.rate, done: 0 };
      const page = await nextPage(walk, Math.min(pageSize(redrive), leftOfLimit(redrive)));
      const begun = await beginPage(service, redrive, page, runner);
      if (begun?.state === 'done') return begun;
      if (begun === undefined) {
        // Somebody has paused it, aborted it or changed its rate. Nothing of the page was begun, so it is chosen anew.
        redrive = await seenByOwner(redrives, redrive, runner);
        if (redrive) walk = endedItems(service, redrive, redrive.cursor);
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

/** Items that the limit leaves once the pages so far are done. */
function leftOfLimit({ limit = Number.POSITIVE_INFINITY, resumed, skipped, failed }: RedriveRecord): number {
  return Math.max(0, limit - resumed - skipped - failed);
}

/** Notes the items of a page, or that there are none any more. Undefined when the redrive has changed meanwhile. */
async function beginPage(
  service: Service,
  redrive: RedriveRecord,
  page: readonly Candidate[],
  runner: string,
): Promise<RedriveRecord | undefined> {
  if (page.length === 0) return end(service, redrive);
  // What is to be done is written before it is done, so that a crash repeats it.
  return service.redrives.replace(redrive, {
    page: page.map(({ item }) => item),
    cursor: page.at(-1)?.position,
    ...lease(runner, service.clock.now()),
  });
}

/** The redrive as it is now, if it is still this runner's and at the same place. */
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

/** Nothing is left of it. */
async function end(
  { redrives, clock, log }: Service,
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

export function lease(id: string, now: number): Pick<RedriveRecord, 'runner'> {
  return { runner: { id, until: instant(now + redriveLeaseMs) } };
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
  { redrives, clock }: Service,
  redrive: RedriveRecord,
  { done, skipped, failed, retry }: PageResult,
  runner: string,
): Promise<RedriveRecord | undefined> {
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
    // Another runner has taken it over, and does this page.
    if (seen?.runner?.id !== runner) return undefined;
    // It was added: the reply was lost.
    if (seen.page.length < before.page.length) return seen;
  }
  return undefined;
}
