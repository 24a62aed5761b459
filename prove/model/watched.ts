import { type Broken, type Evidence, type Item, isBreach, nameOf, unchangedUntil } from './evidence.ts';
import { type ItemAsked, isSameAttempt, mayChange, type Sighting } from './sighting.ts';
import { at, graceMs, mostSkewMs } from './times.ts';

/** An item whose timer fired is noticed within this, in milliseconds: also one whose timer came before it was written. */
export const timelyMs = 90_000;

/** P1: every item that passes its deadline is noticed in time. */
export function watched(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...item.sightings.flatMap((seen) => unnoticed(evidence, item, seen)),
    ...item.sightings.flatMap((seen) => untimely(evidence, item, seen)),
    ...item.sightings.flatMap((seen) => lateOnTime(item, seen)),
  ]);
}

/** Nothing happened to the item until it had to be noticed, and it was not. */
function unnoticed(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const { state, attempt, deadline } = seen;
  if (state === 'completed') return [];
  // A breached item is reported even if it changes afterwards.
  const isBreached = state !== 'waiting';
  // Whoever marked it may have ended before it was reported. The sweep waits for them as long as for a lost timer.
  const isLeft = isBreached && isTimerDisturbed(evidence, item, seen.end, seen.end);
  // A message can be carried out after the deadline of its item, which is checked from then on. What became overdue while
  // the service was down has its grace period all the same.
  const checked = isLeft
    ? [seen.end]
    : [deadline, ...setBefore(item, seen).map((at) => Math.max(deadline, at))];
  const by =
    isBreached && !isLeft
      ? evidence.sweptAfter(seen.end)
      : Math.max(...checked.map((due) => evidence.noticedBy(due)));
  if (by === Number.POSITIVE_INFINITY || (!isBreached && unchangedUntil(item, seen) <= by)) return [];
  if (isHeard(item, seen, by)) return [];
  const text = `${nameOf(item)}, attempt ${attempt}, was ${state} at ${at(seen.end)} with the deadline ${at(deadline)}, and nobody noticed by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}

/** When the messages about the item were carried out that may have set the deadline that was seen. */
function setBefore({ asked }: Item, { end }: Sighting): number[] {
  const setsDeadline = ({ request }: ItemAsked) =>
    request.ask === 'register' || (request.ask === 'progress' && request.timeout !== undefined);
  return asked
    .flatMap((one) => (one.isMessage && setsDeadline(one) && mayChange(one) ? (one.handledAt ?? []) : []))
    .filter((at) => at <= end);
}

function isHeard(item: Item, seen: Sighting, by: number): boolean {
  return item.heard.some((one) => one.at <= by && isBreach(one.event) && isSameAttempt(seen, one.event));
}

/** The timers of the item fired, and it was noticed so late that nobody but the sweep can have noticed. */
function untimely(evidence: Evidence, item: Item, seen: Sighting): Broken[] {
  const { state, attempt, deadline } = seen;
  const by = deadline + timelyMs;
  if (state !== 'waiting' || by > evidence.ledger.endedAt || unchangedUntil(item, seen) <= by) return [];
  const isDisturbed = isTimerDisturbed(evidence, item, deadline, by);
  // A kept request is checked as soon as a timer can fire.
  if (isDisturbed || seen.end > deadline || isHeard(item, seen, by)) return [];
  const text = `${nameOf(item)}, attempt ${attempt}, was waiting at ${at(seen.end)} with the deadline ${at(deadline)}, its timers fired, and nobody noticed by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}

/** A completion after the deadline says so. */
function lateOnTime(item: Item, seen: Sighting): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    const { request, reply } = one;
    if (seen.state !== 'waiting' || request.ask !== 'complete' || reply?.status !== 200) return [];
    if (reply.json.outcome !== 'on-time' || reply.json.attempt !== seen.attempt) return [];
    const isChanged = item.asked.some(
      (other) =>
        other !== one && other !== seen.by && mayChange(other) && other.end >= seen.at && other.at <= one.at,
    );
    if (one.at <= seen.deadline + 2 * mostSkewMs || isChanged) return [];
    if (item.workflow.forgets) return [];
    const text = `${nameOf(item)} was completed at ${at(one.at)}, after its deadline ${at(seen.deadline)}, and the reply says on-time`;
    return [{ promise: 'P1', kind: 'missed', text }];
  });
}

/** Whether something may have kept a timer that is due at this time from being handled until `by`. */
export function isTimerDisturbed(evidence: Evidence, item: Item, due: number, by: number): boolean {
  const { timers, ran, outages, faults } = evidence.ledger;
  return (
    // SNS may refuse a message several times in a row.
    faults.has('message refused') ||
    outages.some(({ from, to }) => from <= by && to + graceMs >= due - timelyMs) ||
    evidence.away.some(({ from, to }) => from <= by && to + graceMs >= due - timelyMs) ||
    ran.some(
      ({ name, isWhole, end, at: begun }) =>
        name === 'check-timers' && !isWhole && end >= due - timelyMs && begun <= by,
    ) ||
    timers.some(
      ({ workflow, items, fires }) =>
        workflow === item.workflow.name &&
        items.includes(item.item) &&
        (fires === 'never' || fires === 'late'),
    )
  );
}
