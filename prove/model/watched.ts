import {
  type Broken,
  type Evidence,
  type Item,
  mostSkewMs,
  type Sighting,
  unchangedUntil,
} from './evidence.ts';

/** P1: every item that passes its deadline is noticed in time, and people are notified of it. */
export function watched(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...item.sightings.flatMap((seen) => (isUnnoticed(evidence, item, seen) ? [missed(item, seen)] : [])),
    ...untold(evidence, item),
    ...item.sightings.flatMap((seen) => lateOnTime(item, seen)),
  ]);
}

function missed({ workflow, item }: Item, { attempt, state, deadline }: Sighting): Broken {
  const text = `${workflow}/${item}, attempt ${attempt}, was ${state} with the deadline ${at(deadline)} and nobody noticed`;
  return { promise: 'P1', kind: 'missed', text };
}

/** Nothing happened to the item until it had to be noticed, and it was not. */
function isUnnoticed(evidence: Evidence, item: Item, seen: Sighting): boolean {
  if (seen.state === 'completed') return false;
  const by = seen.state === 'waiting' ? evidence.noticedBy(seen.deadline) : evidence.sweptAfter(seen.end);
  if (by === Number.POSITIVE_INFINITY || unchangedUntil(item, seen) <= by) return false;
  return !item.events.some(
    (one) => one.at <= by && isBreach(one.event.event) && one.event.attempt === seen.attempt,
  );
}

/** What machines were told of, people are notified of. */
function untold(evidence: Evidence, { workflow, item, events }: Item): Broken[] {
  return events.flatMap(({ at: heardAt, event }) => {
    if (!isBreach(event.event)) return [];
    const by = evidence.sweptAfter(heardAt);
    const isTold = evidence.told.some((one) => one.incident === event.incident && one.at <= by);
    if (isTold || by === Number.POSITIVE_INFINITY) return [];
    const text = `${workflow}/${item}, attempt ${event.attempt}: ${event.event} at ${at(heardAt)}, and no notification of ${event.incident}`;
    return [{ promise: 'P3', kind: 'missed' as const, text }];
  });
}

/** A completion after the deadline says so. */
function lateOnTime(item: Item, seen: Sighting): Broken[] {
  return item.asked.flatMap((one) => {
    const { request, reply } = one;
    if (seen.state !== 'waiting' || request.ask !== 'complete' || reply?.status !== 200) return [];
    if (reply.json.outcome !== 'on-time' || reply.json.attempt !== seen.attempt) return [];
    if (one.at <= seen.deadline + 2 * mostSkewMs || unchangedUntil(item, seen) < one.at) return [];
    if (item.sightings.some(({ by, end, state }) => state === 'completed' && by !== one && end <= one.at))
      return [];
    const text = `${item.workflow}/${item.item} was completed at ${at(one.at)}, after its deadline ${at(seen.deadline)}, and the reply says on-time`;
    return [{ promise: 'P1', kind: 'missed' as const, text }];
  });
}

export function isBreach(event: string): boolean {
  return event === 'item.overdue' || event === 'item.failed' || event === 'item.not-started';
}

export function at(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(11, 23) : 'never';
}
