import { runName } from '../world/names.ts';
import {
  type Broken,
  type Evidence,
  firstHeard,
  type Heard,
  type Item,
  isBreach,
  nameOf,
} from './evidence.ts';
import { type ItemAsked, isSameAttempt, leastDeadline, mayChange } from './sighting.ts';
import { at, indexLagMs, mostSkewMs } from './times.ts';

/**
 * P2: nobody is notified of an item that is on time, and nobody is notified that an incident is resolved while it is
 * not.
 */
export function falseAlarms(evidence: Evidence): Broken[] {
  const alarms = evidence.items.flatMap((item) =>
    firstHeard(item).flatMap((one): Broken[] => {
      const why = whyFalse(item, one);
      if (why === undefined) return [];
      const text = `${nameOf(item)}, attempt ${one.event.attempt}: ${one.event.event} at ${at(one.at)}, and ${why}`;
      return [{ promise: 'P2', kind: 'false', text }];
    }),
  );
  return [...alarms, ...evidence.items.flatMap(falselyLate), ...falselyOver(evidence)];
}

function isCompletion({ request, reply }: ItemAsked): boolean {
  return request.ask === 'complete' && reply?.status === 200;
}

function whyFalse(item: Item, { at: heardAt, since, event }: Heard): string | undefined {
  const deadline = Date.parse(event.deadline);
  if (event.event === 'item.overdue' && heardAt < deadline - mostSkewMs)
    return `its deadline is ${event.deadline}`;
  const completions = item.workflow.forgets ? [] : item.asked.filter(isCompletion);
  const isOfAttempt = ({ reply }: ItemAsked) => reply?.json.attempt === event.attempt;
  if (event.event === 'item.overdue') {
    const onTime = completions.find(
      (one) => isOfAttempt(one) && ['on-time', 'early'].includes(one.reply?.json.outcome),
    );
    if (onTime) return `its completion was answered ${onTime.reply?.json.outcome} at ${at(onTime.end)}`;
  }
  const isEnd = event.event === 'item.late' || event.event === 'item.recovered';
  const over = completions.find((one) => !isEnd && isOfAttempt(one) && one.end < since);
  if (over) return `it was completed at ${at(over.end)}`;
  const ended = isBreach(event) ? runEnded(item, event.run, since) : undefined;
  if (ended !== undefined) return `its run was completed at ${at(ended)}`;
  if (event.event !== 'item.overdue') return undefined;
  const moved = item.sightings.find(
    (seen) =>
      seen.state === 'waiting' &&
      isSameAttempt(seen, event) &&
      seen.deadline !== deadline &&
      !seen.isInferred &&
      seen.end < deadline - mostSkewMs &&
      !item.asked.some((one) => one !== seen.by && mayChange(one) && one.end >= seen.at && one.at <= heardAt),
  );
  return moved && `its deadline is ${at(moved.deadline)} since ${at(moved.end)}`;
}

/** When a run was over that was named in its completion, by a reply or because a message was carried out. */
function runEnded({ asked, workflow }: Item, run: string | undefined, before: number): number | undefined {
  if (run === undefined || workflow.forgets) return undefined;
  const ends = asked.flatMap((one) => {
    const { request, reply, end, handledAt } = one;
    if (request.ask !== 'complete' || runName(request.run) !== run) return [];
    return reply?.status === 200 ? [end] : (handledAt ?? []);
  });
  return ends.find((end) => end < before);
}

/** A completion before the deadline is not answered as late. */
function falselyLate(item: Item): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    const { reply, end } = one;
    if (!isCompletion(one) || reply?.json.outcome !== 'late') return [];
    const seen = item.sightings.find(
      (other) =>
        other.state === 'waiting' &&
        other.attempt === reply.json.attempt &&
        other.end < one.at &&
        end < leastDeadline(other) - mostSkewMs &&
        !item.asked.some(
          (change) =>
            change !== other.by &&
            change !== one &&
            mayChange(change) &&
            change.end >= other.at &&
            change.at <= end,
        ),
    );
    if (seen === undefined || item.workflow.forgets) return [];
    const text = `${nameOf(item)} was completed at ${at(end)}, before its deadline ${at(seen.deadline)}, and the reply says late`;
    return [{ promise: 'P2', kind: 'false', text }];
  });
}

/** People were notified that an incident is resolved while an item of its workflow was breached. */
function falselyOver(evidence: Evidence): Broken[] {
  const ends = evidence.told.filter(({ event, kind }) => event === 'resolved' && kind === 'overdue');
  return ends.flatMap(({ workflow, incident, since, at: toldAt, message }) =>
    evidence.items.flatMap((item): Broken[] => {
      if (item.workflow.name !== workflow || item.workflow.hasRedrives || item.workflow.hasDiscards)
        return [];
      const endedAt = 'resolvedAt' in message && message.resolvedAt ? Date.parse(message.resolvedAt) : since;
      const left = item.heard.find(
        (one) =>
          (one.event.event === 'item.overdue' || one.event.event === 'item.failed') &&
          one.at < endedAt - indexLagMs - 2 * mostSkewMs &&
          !item.asked.some((change) => mayChange(change) && change.end >= one.since && change.at <= toldAt),
      );
      if (left === undefined) return [];
      const text = `${nameOf(item)} is breached since ${at(left.at)}, and ${incident} was told to be over at ${at(toldAt)}`;
      return [{ promise: 'P2', kind: 'missed', text }];
    }),
  );
}
