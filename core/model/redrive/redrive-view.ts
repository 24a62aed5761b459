import type { Redrive } from '../../contract/redrive.ts';
import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from './redrive-record.ts';

/** Whether no further page is to be started. */
export function isOver({ state }: Pick<RedriveRecord, 'state'>): boolean {
  return state === 'done' || state === 'aborted';
}

/** A redrive or discard, for callers. */
export function redriveView(record: RedriveRecord, now: number): Redrive {
  const { id, workflow, action, state, by, limit, rate, timeout, note, startedAt, endedAt } = record;
  const { matched, more, resumed, skipped, failed, errors, lastError } = record;
  const { attemptAtMost, ...filter } = record.filter;
  const done = resumed + skipped + failed;
  const remaining = matched === undefined ? undefined : Math.max(0, matched - done);
  const isGoingOn = state === 'running' && remaining !== undefined;
  return {
    id,
    workflow,
    action,
    // The dry run of a discard is not shown.
    state: state === 'planned' ? 'paused' : state,
    by,
    filter,
    ...(limit !== undefined && { limit }),
    rate,
    ...(timeout !== undefined && { timeout }),
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(matched !== undefined && { matched }),
    ...(note !== undefined && { note }),
    ...(action === 'redrive' ? { resumed } : { discarded: resumed }),
    skipped,
    failed,
    ...(remaining !== undefined && { remaining }),
    ...(more && { more }),
    ...(isGoingOn && { estimatedEnd: instant(now + Math.ceil((remaining / rate) * 1000)) }),
    errors,
    ...(lastError && { lastError }),
  };
}
