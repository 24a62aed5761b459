import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { ItemRecord } from '../item/item-record.ts';
import { noMovement } from '../item/movement.ts';
import type { RedriveRecord } from './redrive-record.ts';

/** An attempt whose timer is still to be armed. */
export type UnarmedItem = Omit<ItemRecord, 'timer' | 'timerAt'>;

interface AttemptSettings {
  leastTimeoutSeconds: number;
  workflowTimeout?: number | string | undefined;
  /** Whether the delivery of its message will be recorded, so that the message counts as not accepted yet. */
  areDeliveriesNoted?: boolean | undefined;
}

/**
 * The attempt that a redrive starts. Unless the redrive has a timeout, the attempt has the longest of three: the
 * timeout of the last attempt, the time that its last heartbeat set, the timeout of the workflow. The steps of the last
 * attempt stay, because they say where to continue, but none of them is the current step until the new attempt reaches
 * a step: until then `lostAfter` says where the item was lost. The warnings are as in the last attempt; there is no
 * startBy.
 */
export function nextAttempt(
  record: ItemRecord,
  { id: redrive, timeout }: Pick<RedriveRecord, 'id' | 'timeout'>,
  now: number,
  { leastTimeoutSeconds, workflowTimeout, areDeliveriesNoted }: AttemptSettings,
): UnarmedItem {
  const { breachedAt, overdueAt, caughtBy, failure, reportedAt, neverStarted, warnedAt, startBy, ...rest } =
    record;
  const { step, timer, timerAt, ...kept } = rest;
  const last = Date.parse(record.deadline) - Date.parse(record.deadlineSetAt ?? record.startedAt);
  const ms =
    (timeout === undefined ? undefined : timeoutMs(timeout)) ??
    Math.max(last, record.timeoutMs ?? 0, timeoutMs(workflowTimeout ?? 0) ?? 0);
  const givenMs = Math.max(ms, leastTimeoutSeconds * 1000);
  const at = instant(now);
  return {
    ...kept,
    ...noMovement,
    steps: record.steps.map((reached) => ({ attempt: record.attempt, ...reached })),
    lostAfter: step === undefined ? record.lostAfter : { step, attempt: record.attempt },
    state: 'waiting',
    attempt: record.attempt + 1,
    redrive,
    deadline: instant(now + givenMs),
    timeoutMs: givenMs,
    deadlineSetAt: at,
    startedAt: at,
    updatedAt: at,
    taken: areDeliveriesNoted ? false : undefined,
  };
}
