import { signal } from '@preact/signals';
import type { ReplyOf } from '../../core/contract/calls.ts';
import { call } from '../api.ts';
import { nextToMeasure } from './next-to-measure.ts';

/** The measures of one workflow: the service needs time to count its items and to read the statistics of a week. */
export interface Measure {
  workflow: ReplyOf<'read-workflow'>;
  /** When the workflow was counted, in ms since 1970. */
  at: number;
  statistics?: ReplyOf<'read-statistics'>;
  statisticsAt?: number;
}

export const measures = signal<ReadonlyMap<string, Measure>>(new Map());
/**
 * When each workflow was last asked for, even in vain: a workflow that cannot be read must not keep the others waiting.
 */
const askedAt = new Map<string, number>();

const freshStatisticsMs = 2 * 60_000;

/** Counts the next of the visible workflows; round after round until each was counted once. */
export async function measure(
  seen: () => readonly string[],
  changedAt: (workflow: string) => number | undefined,
  ended: AbortSignal,
): Promise<void> {
  do {
    const names = nextToMeasure(seen(), askedAt, Date.now(), changedAt);
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
