import type { RegisterRequest } from '../../contract/registration.ts';
import type { JsonText } from '../../json-text.ts';
import type { EarlyChecks } from './deadline.ts';
import type { ItemRecord } from './item-record.ts';
import { pastRunsOf, type Receipt } from './receipt.ts';
import { storeData, withData } from './stored-data.ts';

/** The members of a registration that decide the first attempt. */
interface Registered {
  workflow: string;
  item: string;
  request: RegisterRequest;
  data: JsonText | undefined;
  watched: EarlyChecks & { deadline: string; startedAt: string };
  arrivedAt: string;
  queueShards: number | undefined;
}

/** The item of a first registration. */
export function firstAttempt(
  { workflow, item, request, data, watched, arrivedAt, queueShards }: Registered,
  { timer, timerAt }: { timer: string; timerAt: string },
): ItemRecord {
  const { deadline, startedAt: now, startBy, warnAfterMs, stuckAfterMs } = watched;
  return {
    workflow,
    item,
    attempt: 1,
    // The revision does not begin at 1: if no receipt is left, a change that was decided on the earlier life must not
    // be written over this life (P1, P5).
    revision: Date.parse(arrivedAt),
    state: 'waiting',
    deadline,
    timer,
    timerAt,
    registeredAt: now,
    startedAt: now,
    timeoutMs: Date.parse(deadline) - Date.parse(now),
    updatedAt: arrivedAt,
    startBy,
    warnAfterMs,
    stuckAfterMs,
    queueShards,
    step: request.step,
    steps: request.step === undefined ? [] : [{ step: request.step, at: now }],
    tags: request.tags ?? {},
    run: request.run,
    ...withData(data === undefined ? undefined : storeData(data)),
  };
}

/** A restart without tags or data keeps the tags and data of the item: without data the work could not be resumed. */
export function nextAttempt(first: ItemRecord, seen: ItemRecord, tags: RegisterRequest['tags']): ItemRecord {
  return {
    ...first,
    attempt: seen.attempt + 1,
    registeredAt: seen.registeredAt,
    tags: tags ?? seen.tags,
    restartedIn: seen.incident ?? seen.restartedIn,
    pastRuns: first.run === seen.run ? seen.pastRuns : pastRunsOf(seen),
    ...withData(first.data ?? seen.data),
  };
}

/**
 * A registration after completion starts a new life. The attempts continue the count, so that an ETag protects over
 * lives.
 */
export function nextLife(first: ItemRecord, receipt: Receipt): ItemRecord {
  return { ...first, attempt: receipt.attempt + 1, pastRuns: pastRunsOf(receipt) };
}
