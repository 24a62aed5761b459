import { limits } from '../../contract/limits.ts';
import { ItemRecord } from '../../model/item/item-record.ts';
import { Receipt } from '../../model/item/receipt.ts';
import { type StoredData, withData } from '../../model/item/stored-data.ts';
import { updateExpression } from '../expression.ts';
import { placeOf } from './keys.ts';

/*
 * The expressions of changes that are made without reading the item first, or on condition that it is still as it was
 * seen. core/aws/items/table.ts sends them.
 */

const oneMore = '#revision = #revision + :one';

export interface ProgressUpdate {
  workflow: string;
  item: string;
  now: string;
  step?: string | undefined;
  deadline?: string | undefined;
  tags?: Record<string, string> | undefined;
  data?: StoredData | undefined;
  attempt?: number | undefined;
  run?: string | undefined;
}

/** Which attempt and run of an item is meant; what is not given is not asked. */
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
 * A step, a later deadline, tags, data, of an item that waits in that attempt and run, has not reached the step before, has
 * room for it, and has no later deadline. The index is not written: its armed timer fires when it did.
 */
export function progressed({ now, step, deadline, tags, data, ...only }: ProgressUpdate) {
  const { conditions, values } = onlyConditions(only);
  return updateExpression({
    set: { updatedAt: now, step, deadline, tags, ...withData(data), deadlineSetAt: deadline && now },
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
 * waiting → overdue, if the item still waits for the deadline that was seen, and has still no step if it is overdue for
 * that (P2).
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

/** Which timer watches the item now, if it has not changed since it was seen. */
export function watchedBy(seen: ItemRecord, { timer, timerAt }: { timer: string; timerAt: string }) {
  const { time } = placeOf({ ...seen, timerAt });
  return updateExpression({
    set: { timer, timerAt, time },
    actions: [oneMore],
    conditions: ['#revision = :seen'],
    values: { one: 1, seen: seen.revision },
  });
}

/** Something that happened to the attempt that was seen, if it is still in the state that was seen. */
function noted(seen: ItemRecord, set: Record<string, string | undefined>) {
  return updateExpression({
    set,
    actions: [oneMore],
    conditions: ['#startedAt = :startedAt', '#state = :state'],
    values: { one: 1, startedAt: seen.startedAt, state: seen.state },
  });
}

/** People were warned of the item. */
export function warned(seen: ItemRecord, warnedAt: string) {
  return noted(seen, { warnedAt });
}

/** The item is reported to an incident: it moves to the queue of its state. */
export function reported(seen: ItemRecord, reportedAt: string, incident: string) {
  return noted(seen, { reportedAt, incident, ...placeOf({ ...seen, reportedAt }) });
}

/** All of an open item that its receipt does not have. Data most of all: completion erases it (P5). */
const erased = [
  ...Object.keys(ItemRecord.shape).filter((name) => !(name in Receipt.shape)),
  'stepNames',
  // Without these it is not in the index.
  'queue',
  'time',
  'since',
];

/** The conditions of an item's end: that it waits, in that attempt and run; or that it is as it was seen. */
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
