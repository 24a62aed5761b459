import { limits } from '../../contract/limits.ts';
import { ItemRecord } from '../../model/item/item-record.ts';
import { movedTo } from '../../model/item/movement.ts';
import { overdueToo } from '../../model/item/not-started.ts';
import { Receipt } from '../../model/item/receipt.ts';
import { type StoredData, withData } from '../../model/item/stored-data.ts';
import { updateExpression } from '../expression.ts';
import { placeOf } from './keys.ts';

/*
 * The expressions of changes that are made without reading the item first, or on condition that it is unchanged since
 * the snapshot. core/aws/items/table.ts sends them.
 */

const oneMore = '#revision = #revision + :one';

export interface ProgressUpdate {
  workflow: string;
  item: string;
  now: string;
  step?: string | undefined;
  progress?: string | number | undefined;
  deadline?: string | undefined;
  tags?: Record<string, string> | undefined;
  data?: StoredData | undefined;
  attempt?: number | undefined;
  run?: string | undefined;
}

/** The attempt and run that a request is meant for. Undefined means any. */
export interface Only {
  attempt?: number | undefined;
  run?: string | undefined;
}

function onlyConditions({ attempt, run }: Only) {
  return {
    conditions: [
      ...(attempt === undefined ? [] : ['#attempt = :attempt']),
      ...(run === undefined ? [] : ['#run = :run']),
    ],
    values: { ...(attempt !== undefined && { attempt }), ...(run !== undefined && { run }) },
  };
}

/**
 * Sets a step, another value of progress, a later deadline, tags or data of an item that is waiting in this attempt and
 * run, has not reached the step before, has room for it, and has no later deadline. The index is not written: the armed
 * timer still fires at its time. The change does not apply to an item that people were warned of as stuck, nor, with a
 * step alone, to an item that reports progress: both need more changes.
 */
export function progressed({ now, step, progress, deadline, tags, data, ...only }: ProgressUpdate) {
  const { conditions, values } = onlyConditions(only);
  return updateExpression({
    set: {
      updatedAt: now,
      step,
      deadline,
      tags,
      ...withData(data),
      deadlineSetAt: deadline && now,
      ...(progress !== undefined && movedTo(progress, now)),
    },
    actions: [
      oneMore,
      ...(step === undefined
        ? []
        : ['#steps = list_append(#steps, :reached)', '#stepNames = list_append(#stepNames, :names)']),
    ],
    conditions: [
      '#state = :waiting',
      ...(step === undefined ? [] : ['NOT contains(#stepNames, :set_step)', 'size(#steps) < :steps']),
      ...(deadline === undefined ? [] : ['#deadline <= :set_deadline']),
      ...(progress === undefined ? [] : ['attribute_not_exists(#stuckAt)']),
      ...(progress === undefined || step !== undefined
        ? []
        : ['(attribute_not_exists(#progress) OR #progress <> :set_progress)']),
      ...(progress === undefined && step !== undefined ? ['attribute_not_exists(#progress)'] : []),
      ...conditions,
    ],
    values: {
      one: 1,
      waiting: 'waiting',
      ...(step !== undefined && { reached: [{ step, at: now }], names: [step], steps: limits.steps }),
      ...values,
    },
  });
}

/**
 * Not started in time → overdue, and not yet reported as such, if the item has not changed since the snapshot. It is breached
 * since now: an automatic redrive waits from here on.
 */
export function expiredToo(seen: ItemRecord, overdueAt: string) {
  return updateExpression({
    set: { overdueAt, breachedAt: overdueAt, updatedAt: overdueAt, ...placeOf(overdueToo(seen)) },
    actions: [oneMore],
    remove: ['neverStarted', 'reportedAt', 'incident', 'since'],
    conditions: ['#revision = :seen'],
    values: { one: 1, seen: seen.revision },
  });
}

/**
 * waiting → overdue, if the item is still waiting for the deadline of the snapshot, and still has no step if it is
 * overdue because of startBy (P2).
 */
export function expired(
  seen: ItemRecord,
  overdueAt: string,
  caughtBy: 'timer' | 'sweep',
  neverStarted?: true,
) {
  return updateExpression({
    set: {
      state: 'overdue',
      overdueAt,
      breachedAt: overdueAt,
      caughtBy,
      updatedAt: overdueAt,
      neverStarted,
    },
    actions: [oneMore],
    conditions: [
      '#state = :waiting',
      '#deadline = :deadline',
      '#startedAt = :startedAt',
      ...(neverStarted ? ['attribute_not_exists(#step)'] : []),
    ],
    values: { one: 1, waiting: 'waiting', deadline: seen.deadline, startedAt: seen.startedAt },
  });
}

/** Sets the armed timer, if the item has not changed since the snapshot. */
export function watchedBy(seen: ItemRecord, { timer, timerAt }: { timer: string; timerAt: string }) {
  const { time } = placeOf({ ...seen, timerAt });
  return updateExpression({
    set: { timer, timerAt, time },
    actions: [oneMore],
    conditions: ['#revision = :seen'],
    values: { one: 1, seen: seen.revision },
  });
}

/** Records an event of the attempt in the snapshot, if the item is still in the same state. */
function noted(
  seen: ItemRecord,
  set: Record<string, string | undefined>,
  remove: readonly string[] = [],
  conditions: readonly string[] = [],
  values: Record<string, unknown> = {},
) {
  return updateExpression({
    set,
    remove,
    actions: [oneMore],
    conditions: ['#startedAt = :startedAt', '#state = :state', ...conditions],
    values: { one: 1, startedAt: seen.startedAt, state: seen.state, ...values },
  });
}

/** People were warned of the item. */
export function warned(seen: ItemRecord, warnedAt: string) {
  return noted(seen, { warnedAt });
}

/** People were warned that the item is stuck, if it has not moved since the snapshot. */
export function stuck(seen: ItemRecord, stuckAt: string) {
  const { progress, progressedAt } = seen;
  const { since } = placeOf({ ...seen, stuckAt });
  const isUnmoved = ['#progress = :progress', '#progressedAt = :progressedAt'];
  return noted(seen, { stuckAt, since }, [], isUnmoved, { progress, progressedAt });
}

/** The item was reported: it moves to the queue of its state. */
export function reported(seen: ItemRecord, reportedAt: string, incident: string) {
  const place = placeOf({ ...seen, reportedAt });
  // A resumed item has the time at which it was resumed there.
  return noted(seen, { reportedAt, incident, ...place }, place.since === undefined ? ['since'] : []);
}

/** The attributes of an open item that its receipt does not have, above all the data: completion erases it (P5). */
const erased = [
  ...Object.keys(ItemRecord.shape).filter((name) => !(name in Receipt.shape)),
  'stepNames',
  // Without these it is not in the index.
  'queue',
  'time',
  'since',
];

/** The conditions of an item's end: it is waiting in this attempt and run, or it is unchanged since the snapshot. */
export function ending(which: Only | { revision: number }) {
  if ('revision' in which) return { conditions: ['#revision = :seen'], values: { seen: which.revision } };
  const { conditions, values } = onlyConditions(which);
  return { conditions: ['#state = :waiting', ...conditions], values: { waiting: 'waiting', ...values } };
}

/** An open item becomes its receipt. */
export function completed(
  which: Only | { revision: number },
  { completedAt, expiresAt }: Pick<Receipt, 'completedAt' | 'expiresAt'>,
) {
  const { conditions, values } = ending(which);
  return updateExpression({
    set: { state: 'completed', completedAt, expiresAt },
    actions: [oneMore],
    remove: erased,
    conditions,
    values: { one: 1, ...values },
  });
}
