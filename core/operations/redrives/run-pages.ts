import { setTimeout } from 'node:timers/promises';
import type { Placed } from '../../aws/items/in-order.ts';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import type { Log } from '../../log.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { redriveLeaseMs } from '../../names/clockwork.ts';
import { discardPage } from './discard-page.ts';
import { endedItems } from './ended-items.ts';
import type { PageResult } from './page.ts';
import { type RedrivePageService, resumePage } from './resume-page.ts';

export interface RunPagesService extends RedrivePageService {
  redrives: RedrivesTable;
  log: Log;
  /** Waits so many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
  /** Once it is aborted, no further page is begun. */
  stopping?: AbortSignal;
}

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
  service: RunPagesService,
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
    if (error) throw error;
    const ahead = began + (done / taken.rate) * 1000 - clock.now();
    if (redrive?.state === 'running' && ahead > 0) await wait(ahead);
  }
  return redrive;
}

async function nextPage(walk: AsyncGenerator<Placed>, size: number): Promise<Placed[]> {
  const page: Placed[] = [];
  let [ids, data] = [0, 0];
  while (page.length < size && ids < pageIdBytes && data < pageDataBytes) {
    const { value, done } = await walk.next();
    if (done) break;
    page.push(value);
    ids += Buffer.byteLength(value.record.item);
    data += value.record.dataBytes ?? 0;
  }
  return page;
}

/** Nothing is left of it. */
async function end(
  { redrives, clock, log }: RunPagesService,
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
  { redrives, clock }: RunPagesService,
  redrive: RedriveRecord,
  { resumed, skipped, failed, left }: PageResult,
  runner: string,
): Promise<RedriveRecord | undefined> {
  const errors = [...failed].map(([item, { name }]) => ({ item, error: name }));
  for (let seen: RedriveRecord | undefined = redrive; seen; ) {
    const changed = await redrives.replace(seen, {
      page: seen.page.filter((item) => left.has(item)),
      resumed: seen.resumed + resumed.size,
      skipped: seen.skipped + skipped.size,
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
