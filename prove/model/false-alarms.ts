import { runName } from '../world/names.ts';
import { type Broken, type Evidence, type Item, mayChange, mostSkewMs } from './evidence.ts';
import { at } from './watched.ts';

/** P2: nobody is alarmed about an item that is on time. */
export function falseAlarms(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => {
    const overdue = item.events.filter(({ event }) => event.event === 'item.overdue');
    const reported = overdue.flatMap((one): Broken[] => {
      const why = whyFalse(item, one);
      const text = `${item.workflow}/${item.item}, attempt ${one.event.attempt}, was reported overdue at ${at(one.at)}, and ${why}`;
      return why === undefined ? [] : [{ promise: 'P2', kind: 'false', text }];
    });
    return [...reported, ...falselyLate(item)];
  });
}

function whyFalse(item: Item, { at: heardAt, event }: Item['events'][number]): string | undefined {
  const deadline = Date.parse(event.deadline);
  if (heardAt < deadline - mostSkewMs) return `its deadline is ${event.deadline}`;
  const onTime = item.asked.find(
    ({ request, reply }) =>
      request.ask === 'complete' &&
      reply?.status === 200 &&
      reply.json.attempt === event.attempt &&
      ['on-time', 'early'].includes(reply.json.outcome),
  );
  if (onTime) return `its completion was answered ${onTime.reply?.json.outcome} at ${at(onTime.end)}`;
  const ended = item.asked.find(
    ({ request, reply, end }) =>
      request.ask === 'complete' &&
      request.run !== undefined &&
      runName(request.run) === event.run &&
      reply?.status === 200 &&
      end < deadline &&
      end < Date.parse(event.startedAt) - 2 * mostSkewMs,
  );
  if (ended) return `its run was completed at ${at(ended.end)}, before this watch of it began`;
  const moved = item.sightings.find(
    (seen) =>
      seen.state === 'waiting' &&
      seen.attempt === event.attempt &&
      seen.deadline !== deadline &&
      seen.end < deadline - mostSkewMs &&
      !item.asked.some((one) => one !== seen.by && mayChange(one) && one.end >= seen.at),
  );
  return moved && `its deadline was ${at(moved.deadline)} since ${at(moved.end)}`;
}

/** A completion before the deadline is not answered as late. */
function falselyLate(item: Item): Broken[] {
  return item.asked.flatMap((one) => {
    const { request, reply } = one;
    if (request.ask !== 'complete' || reply?.status !== 200 || reply.json.outcome !== 'late') return [];
    const seen = item.sightings.find(
      (other) =>
        other.state === 'waiting' &&
        other.attempt === reply.json.attempt &&
        other.end < one.at &&
        one.end < other.deadline - mostSkewMs &&
        !item.asked.some(
          (change) =>
            change !== other.by &&
            change !== one &&
            mayChange(change) &&
            change.end >= other.at &&
            change.at <= one.end,
        ),
    );
    if (seen === undefined) return [];
    const text = `${item.workflow}/${item.item} was completed at ${at(one.end)}, before its deadline ${at(seen.deadline)}, and the reply says late`;
    return [{ promise: 'P2', kind: 'false' as const, text }];
  });
}
