import { runName } from '../world/names.ts';
import { type Broken, type Evidence, type Item, isBreach, nameOf } from './evidence.ts';
import { type ItemAsked, leastDeadline, mayChange, type Sighting } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';

/** P2, P3, P4: the order of events, and which request may cause which change. */
export function order(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...unreported(item),
    ...item.asked.flatMap((one) => (item.workflow.forgets ? [] : registered(item, one))),
    ...item.asked.flatMap((one) => otherRun(item, one)),
    ...item.asked.flatMap((one) => setBack(item, one)),
    ...resumedOnly(item),
  ]);
}

function broken(item: Item, promise: string, text: string): Broken[] {
  return [{ promise, kind: 'wrong', text: `${nameOf(item)} ${text}` }];
}

function isReported(item: Item, attempt: number, by: number): boolean {
  return item.heard.some((one) => one.at <= by && isBreach(one.event) && one.event.attempt === attempt);
}

/** P3: no event says that a breach is over, and no item is resumed, before the event of the breach was published. */
function unreported(item: Item): Broken[] {
  const ends = item.heard.flatMap(({ at: heardAt, event }) => {
    const isEnd = event.event === 'item.late' || event.event === 'item.recovered';
    if (!isEnd || isReported(item, event.attempt, heardAt)) return [];
    return broken(
      item,
      'P3',
      `is ${event.event} at ${at(heardAt)}, and its attempt ${event.attempt} was never reported`,
    );
  });
  const resumed = item.sightings.flatMap(({ by, attempt, end }) => {
    if (by !== undefined || isReported(item, attempt - 1, end)) return [];
    return broken(item, 'P3', `was resumed at ${at(end)}, and its attempt ${attempt - 1} was never reported`);
  });
  return [...ends, ...resumed];
}

/**
 * P4: an attempt begins once. An attempt that a redrive published was neither over before nor begun by somebody else.
 */
function resumedOnly(item: Item): Broken[] {
  if (item.workflow.forgets) return [];
  return item.sightings.flatMap(({ by, attempt, end }): Broken[] => {
    if (by !== undefined) return [];
    const other = item.asked.find(({ request, reply }) => {
      const { outcome, attempt: answered } = reply?.json ?? {};
      if (request.ask === 'complete')
        return ['on-time', 'late', 'recovered'].includes(outcome) && answered === attempt - 1;
      return request.ask === 'register' && ['created', 'restarted'].includes(outcome) && answered === attempt;
    });
    if (other === undefined) return [];
    const reply = JSON.stringify(other.reply?.json);
    return broken(
      item,
      'P4',
      `was resumed as attempt ${attempt} at ${at(end)}, and a request was answered ${reply}`,
    );
  });
}

/** The item as it certainly was before a request, if nobody else can have changed it meanwhile. */
function before(item: Item, one: ItemAsked): Sighting | undefined {
  const last = item.sightings.findLast(
    (seen) => seen.by !== undefined && seen.by !== one && seen.end < one.at,
  );
  if (last === undefined) return undefined;
  const isChanged = item.asked.some(
    (other) =>
      other !== one && other !== last.by && mayChange(other) && other.end >= last.at && other.at <= one.end,
  );
  return isChanged ? undefined : last;
}

function registered(item: Item, one: ItemAsked): Broken[] {
  const { request, reply } = one;
  if (request.ask !== 'register' || reply === undefined || reply.status >= 300 || !mayChange(one)) return [];
  const { attempt, outcome } = reply.json;
  const run = runName(request.run);
  const when = `at ${at(one.end)}`;
  // P3: an item that is restarted although nobody asked for it was breached, and is reported before.
  if (outcome === 'restarted' && !request.restart && !isReported(item, attempt - 1, one.end))
    return broken(item, 'P3', `was restarted ${when}, and its attempt ${attempt - 1} was never reported`);
  if (run === undefined) return [];
  const seen = item.sightings.filter(({ by, end }) => by !== one && end < one.at);
  const [own, last] = [seen.findLast((other) => other.run === run), seen.at(-1)];
  // P1: a repeat of the run that is breached would hide it.
  if (!request.restart && outcome === 'restarted' && before(item, one)?.run === run)
    return broken(item, 'P1', `was restarted ${when} by a repeat of its own ${run}`);
  // P2: a run that another run has replaced is over. The reply to a run that is not watched names the other run.
  if (reply.json.run !== run) return [];
  if (own && last && last.run !== undefined && last.run !== run && last.attempt > own.attempt)
    return broken(item, 'P2', `is watched again ${when} for ${run}, which ${last.run} had replaced`);
  return [];
}

/** P1: a completion of another run or attempt does not end a watch. */
function otherRun(item: Item, one: ItemAsked): Broken[] {
  const { request, reply } = one;
  if (request.ask !== 'complete' || reply?.status !== 200) return [];
  const seen = before(item, one);
  if (seen?.state !== 'waiting' || one.end >= leastDeadline(seen) - mostSkewMs) return [];
  const isOther =
    (request.run !== undefined && seen.run !== runName(request.run)) ||
    (request.attempt !== undefined && seen.attempt !== request.attempt);
  if (!isOther || item.workflow.hasRedrives) return [];
  const text = `waited in attempt ${seen.attempt} for ${seen.run}, and was completed at ${at(one.end)} by ${JSON.stringify(request)}`;
  return broken(item, 'P1', text);
}

/** P4: a late repeat of a step does not bring back its deadline. */
function setBack(item: Item, one: ItemAsked): Broken[] {
  const { request, reply } = one;
  if (request.ask !== 'progress' || request.step === undefined || request.timeout === undefined) return [];
  if (reply?.status !== 200) return [];
  const first = item.asked.find((other) => other.request === request && other.end < one.at);
  const last = before(item, one);
  const isOfAttempt = first?.reply?.status === 200 && first.reply.json.attempt === reply.json.attempt;
  if (!isOfAttempt || last?.state !== 'waiting' || last.attempt !== reply.json.attempt) return [];
  const later = last.by?.request;
  const isLater = later?.ask === 'progress' && later.step !== undefined && later.step !== request.step;
  if (!isLater || (first?.end ?? 0) >= (last.by?.at ?? 0)) return [];
  // The later request can have named a step from before: a repeat of the current step may set an earlier deadline.
  const reached = (last.by?.reply?.json.steps ?? []).map(({ step }: { step: string }) => step);
  if (reached.includes(later.step) && reached.lastIndexOf(later.step) < reached.lastIndexOf(request.step))
    return [];
  // With clocks that differ, a step can be older than the attempt in which it was reported: then it counts for the one before.
  const { steps = [], startedAt } = first.reply?.json ?? {};
  if (!steps.some((own: { step: string; at: string }) => own.step === request.step && own.at >= startedAt))
    return [];
  const deadline = Date.parse(reply.json.deadline);
  if (deadline >= last.deadline) return [];
  return broken(
    item,
    'P4',
    `had the deadline ${at(last.deadline)}, and a late repeat of "${request.step}" set it to ${at(deadline)}`,
  );
}
