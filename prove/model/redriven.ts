import type { Asked, Published } from '../ledger.ts';
import type { Broken, Evidence, Heard } from './evidence.ts';
import { at, mostSkewMs } from './times.ts';
import { notDelivered, type Workflow } from './workflow.ts';

type Resumed = Extract<Published, { topic: 'upstream' }>;

/**
 * P4: a stopped redrive resumes no further item, a redrive starts no second attempt of an item that has reported
 * something in the first, and the service itself resumes no item too early or too often.
 */
export function redriven(evidence: Evidence): Broken[] {
  const resumed = evidence.ledger.published.filter((one) => one.topic === 'upstream');
  return [...evidence.workflows.values()].flatMap((workflow) => {
    const own = resumed.filter(({ message }) => message.workflow === workflow.name);
    return [
      ...workflow.asked.flatMap((one) => afterStop(evidence, workflow, one, own)),
      ...(workflow.forgets ? [] : resumedTwice(evidence, own)),
      ...automatic(evidence, workflow, own),
    ];
  });
}

const isBroken = (text: string): Broken[] => [{ promise: 'P4', kind: 'wrong', text }];

function afterStop(evidence: Evidence, workflow: Workflow, stop: Asked, own: readonly Resumed[]): Broken[] {
  const { request, reply, end } = stop;
  if (request.ask !== 'change redrive' || request.action === 'continue' || reply?.status !== 200) return [];
  const { id, startedAt } = reply.json;
  const state = request.action === 'abort' ? 'aborted' : 'paused';
  // The page that was begun is finished first.
  const isBegun = evidence.ledger.ran.some(
    (run) =>
      run.name === 'run-redrives' &&
      run.at <= end &&
      run.end >= Date.parse(startedAt) - mostSkewMs &&
      (!run.isWhole || run.end >= stop.at),
  );
  const continued = workflow.asked.find(
    (one) => one.request.ask === 'change redrive' && one.request.action === 'continue' && one.end >= stop.at,
  );
  const until = state === 'paused' ? (continued?.at ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const after = own.find(({ message, since }) => message.redrive === id && since > end && since < until);
  if (isBegun || after === undefined) return [];
  return isBroken(
    `redrive ${id} is ${state} since ${at(end)}, and resumed ${after.message.item} at ${at(after.at)}`,
  );
}

/**
 * Something was reported in the attempt that the redrive started. Whoever reported it, a message under the same id is
 * enough: consumers drop it if they have it.
 */
function resumedTwice(evidence: Evidence, own: readonly Resumed[]): Broken[] {
  return own.flatMap((resumed) => {
    const { redrive, item, attempt } = resumed.message;
    const isSecond = own.some(
      ({ message: first }) =>
        first.redrive === redrive && first.item === item && first.attempt === attempt - 1,
    );
    const isReported = eventsBefore(evidence, resumed).some(
      ({ event: { step, failure } }) =>
        step !== undefined || (failure !== undefined && failure.type !== notDelivered),
    );
    if (!isSecond || !isReported) return [];
    return isBroken(
      `redrive ${redrive} resumed ${item} again at ${at(resumed.at)}, and attempt ${attempt - 1} had reported`,
    );
  });
}

/** Items that no person has resumed. */
function automatic(evidence: Evidence, workflow: Workflow, own: readonly Resumed[]): Broken[] {
  const asked = workflow.asked.filter(({ request, isUnheard }) => request.ask === 'redrive' && !isUnheard);
  // Somebody may have started a redrive whose id nobody knows.
  if (asked.some(({ reply, isFaulted }) => reply === undefined || reply.status >= 500 || isFaulted))
    return [];
  const ids = new Set(asked.map(({ reply }) => reply?.json?.id));
  const allowed = workflow.settings.flatMap((settings) => settings.automatic ?? []);
  const most = 1 + Math.max(0, ...allowed.map(({ max }) => max));
  const leastMs = Math.min(...allowed.map(({ after }) => after)) * 1_000;
  return own.flatMap((one) => {
    const { message, since } = one;
    if (ids.has(message.redrive)) return [];
    const what = `${workflow.name}/${message.item} was resumed by itself as attempt ${message.attempt} at ${at(one.at)}`;
    if (message.attempt > most) return isBroken(`${what}, and allowed are ${most}`);
    const breached = breachOf(evidence, one);
    return breached !== undefined && since - breached < leastMs - 2 * mostSkewMs
      ? isBroken(`${what}, and it was breached at ${at(breached)}`)
      : [];
  });
}

/** The events of the previous attempt, before this time. Without receipts a later life has the same attempts again. */
function eventsBefore(
  evidence: Evidence,
  { message: { item: name, workflow, attempt }, at: resumedAt }: Resumed,
): Heard[] {
  const item = evidence.items.find((one) => one.item === name && one.workflow.name === workflow);
  return item?.heard.filter((one) => one.at <= resumedAt && one.event.attempt === attempt - 1) ?? [];
}

/**
 * The earliest time from which on the previous attempt was breached, if that is known. An overdue item that fails remains
 * breached since its deadline; an item that was not started in time is breached anew.
 */
function breachOf(evidence: Evidence, resumed: Resumed): number | undefined {
  const events = eventsBefore(evidence, resumed).map(({ event }) => event);
  const breach = events.at(-1);
  if (breach?.event === 'item.overdue') return Date.parse(breach.deadline);
  if (breach?.event !== 'item.failed' || !breach.failure) return undefined;
  const { caughtBy, neverStarted, deadline, failure } = breach;
  const wasOverdue = events.some(({ event }) => event === 'item.overdue') || (caughtBy && !neverStarted);
  const failedAt = Date.parse(failure.at);
  // Without receipts the overdue item may be of an earlier life, and the deadline after the failure.
  return wasOverdue ? Math.min(Date.parse(deadline), failedAt) : failedAt;
}
