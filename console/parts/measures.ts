import { signal } from '@preact/signals';
import type { ReplyOf } from '../../core/contract/calls.ts';
import { call } from '../api.ts';
import { nextToMeasure } from './next-to-measure.ts';

/** What was read of one workflow: counting its items, and its statistics of a week, take the service time. */
export interface Measure {
  workflow: ReplyOf<'read-workflow'>;
  /** When it was counted, in ms since 1970. */
  at: number;
  statistics?: ReplyOf<'read-statistics'>;
  statisticsAt?: number;
}

export const measures = signal<ReadonlyMap<string, Measure>>(new Map());
/** When each was last asked for, also in vain: a workflow that cannot be read keeps no other waiting. */
const askedAt = new Map<string, number>();

const freshStatisticsMs = 2 * 60_000;

/** Counts the next workflows of those that are seen; round after round as long as one was never counted. */
export async function measure(seen: () => readonly string[], ended: AbortSignal): Promise<void> {
  do {
    const names = nextToMeasure(seen(), askedAt, Date.now());
    for (const name of names) askedAt.set(name, Date.now());
    // Only counts are missing; the poll of the list says what is wrong.
    await Promise.allSettled(names.map((name) => measureOne(name, ended)));
  } while (!ended.aborted && seen().some((name) => !askedAt.has(name)));
}

async function measureOne(workflow: string, ended: AbortSignal): Promise<void> {
  const before = measures.peek().get(workflow);
  const isOld = Date.now() - (before?.statisticsAt ?? 0) >= freshStatisticsMs;
  const path = { workflow };
  const [read, statistics] = await Promise.all([
    call('read-workflow', { path, signal: ended }),
    isOld ? call('read-statistics', { path, query: {}, signal: ended }) : before?.statistics,
  ]);
  const at = Date.now();
  const statisticsAt = isOld ? at : before?.statisticsAt;
  const after: Measure = {
    workflow: read,
    at,
    ...(statistics && { statistics }),
    ...(statisticsAt !== undefined && { statisticsAt }),
  };
  measures.value = new Map([...measures.peek(), [workflow, after]]);
}
