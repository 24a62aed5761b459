import { isDeepStrictEqual } from 'node:util';
import { type Broken, type Evidence, type Item, isBreach, nameOf } from './evidence.ts';
import { isSameAttempt, leastDeadline, mayChange, type Sighting } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';

/** P4: repeats change nothing, and an item changes only if somebody changes it. */
export function repeats(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [
    ...otherReplies(item),
    ...changedByItself(item),
    ...restarted(item),
  ]);
}

/** A repeated completion is answered as the first one. */
function otherReplies(item: Item): Broken[] {
  if (item.workflow.forgets) return [];
  const replies = item.asked.flatMap(({ request, reply }) =>
    request.ask === 'complete' && reply?.status === 200 ? [withoutStatus(reply.json)] : [],
  );
  const byAttempt = Map.groupBy(replies, ({ attempt }) => attempt);
  return [...byAttempt.values()].flatMap(([first, ...others]): Broken[] => {
    const other = others.find((one) => !isDeepStrictEqual(one, first));
    if (other === undefined) return [];
    const text = `${nameOf(item)} was completed as ${JSON.stringify(first)}, and a repeat says ${JSON.stringify(other)}`;
    return [{ promise: 'P4', kind: 'wrong', text }];
  });
}

/** In a batch a reply has its status. */
function withoutStatus({ status: _, ...reply }: Record<string, unknown>): Record<string, unknown> {
  return reply;
}

/** Pairs of sightings between which nobody changed the item. */
function unchangedPairs(item: Item): [before: Sighting, after: Sighting][] {
  return item.sightings.flatMap((after) => {
    const before = item.sightings.findLast((one) => one.by !== undefined && one.end < after.at);
    if (before === undefined) return [];
    const changes = item.asked.filter(
      (one) => one !== before.by && mayChange(one) && one.end >= before.at && one.at <= after.end,
    );
    return changes.length > 0 ? [] : [[before, after] as [Sighting, Sighting]];
  });
}

function changedByItself(item: Item): Broken[] {
  return unchangedPairs(item).flatMap(([before, after]): Broken[] => {
    if (after.by === undefined) return [];
    const isResumed =
      item.workflow.hasRedrives &&
      (before.state !== 'waiting' || after.end > leastDeadline(before) - mostSkewMs);
    if (isResumed || item.workflow.forgets) return [];
    const isSame =
      isSameAttempt(before, after) && (before.state === 'completed' || hasSameDeadline(before, after));
    const mayBeOverdue = before.state === 'waiting' && after.state === 'overdue';
    if (isSame && (before.state === after.state || mayBeOverdue)) return [];
    return [
      {
        promise: 'P4',
        kind: 'wrong',
        text: `${nameOf(item)} was ${shown(before)}, and nobody changed it, and it is ${shown(after)}`,
      },
    ];
  });
}

function hasSameDeadline(before: Sighting, { deadline }: Sighting): boolean {
  return Math.abs(before.deadline - deadline) <= (before.isInferred ? mostSkewMs : 0);
}

function shown({ state, attempt, deadline, end }: Sighting): string {
  return `${state} in attempt ${attempt} with the deadline ${at(deadline)} at ${at(end)}`;
}

/** A registration that does not ask for it restarts no item that is waiting. */
function restarted(item: Item): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    const { request, reply } = one;
    if (request.ask !== 'register' || request.restart || reply?.json?.outcome !== 'restarted') return [];
    const before = item.sightings.findLast((seen) => seen.by !== one && seen.end < one.at);
    if (before?.state !== 'waiting' || one.end >= leastDeadline(before) - mostSkewMs) return [];
    const isChanged = item.asked.some(
      (change) =>
        change !== one &&
        change !== before.by &&
        mayChange(change) &&
        change.end >= before.at &&
        change.at <= one.end,
    );
    // It was not started in time, or the clock of a function was ahead.
    const isBreached = item.heard.some(({ event, since }) => isBreach(event) && since <= one.end);
    if (isChanged || isBreached) return [];
    return [
      {
        promise: 'P4',
        kind: 'wrong',
        text: `${nameOf(item)} was ${shown(before)}, and a repeat restarted it`,
      },
    ];
  });
}
