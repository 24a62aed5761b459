import type { Asked, Published } from '../ledger.ts';
import type { Broken, Evidence } from './evidence.ts';
import { at, mostSkewMs } from './times.ts';
import type { Workflow } from './workflow.ts';

type Resumed = Extract<Published, { topic: 'upstream' }>;

/** P4: a stopped redrive resumes no further item, and the service itself resumes no item too early or too often. */
export function redriven(evidence: Evidence): Broken[] {
  const resumed = evidence.ledger.published.filter((one) => one.topic === 'upstream');
  return [...evidence.workflows.values()].flatMap((workflow) => {
    const own = resumed.filter(({ message }) => message.workflow === workflow.name);
    return [
      ...workflow.asked.flatMap((one) => afterStop(evidence, workflow, one, own)),
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
  return own.flatMap(({ message, since, at: resumedAt }) => {
    if (ids.has(message.redrive)) return [];
    const what = `${workflow.name}/${message.item} was resumed by itself as attempt ${message.attempt} at ${at(resumedAt)}`;
    if (message.attempt > most) return isBroken(`${what}, and allowed are ${most}`);
    const breached = breachOf(evidence, message, resumedAt);
    return breached !== undefined && since - breached < leastMs - 2 * mostSkewMs
      ? isBroken(`${what}, and it was breached at ${at(breached)}`)
      : [];
  });
}

/** The earliest time at which the previous attempt was breached, if that is known. A later life may have one as well. */
function breachOf(evidence: Evidence, message: Resumed['message'], resumedAt: number): number | undefined {
  const item = evidence.items.find(
    (one) => one.item === message.item && one.workflow.name === message.workflow,
  );
  const breach = item?.heard.findLast(
    ({ event, at: heardAt }) => event.attempt === message.attempt - 1 && heardAt <= resumedAt,
  );
  if (breach?.event.event === 'item.failed' && breach.event.failure)
    return Date.parse(breach.event.failure.at);
  return breach?.event.event === 'item.overdue' ? Date.parse(breach.event.deadline) : undefined;
}
