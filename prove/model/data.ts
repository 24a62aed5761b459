import { dataOf } from '../world/names.ts';
import { type Broken, type Evidence, type Item, mayChange } from './evidence.ts';
import { at } from './watched.ts';

/** P5: an item that nobody completed is there, with data that it was sent. */
export function data(evidence: Evidence): Broken[] {
  return evidence.items.flatMap((item) => [...gone(item), ...otherData(item)]);
}

/** An item is not there although it was, and nobody completed it since. */
function gone(item: Item): Broken[] {
  return item.asked.flatMap((one) => {
    if (one.request.ask !== 'read' || one.reply?.status !== 404) return [];
    const last = item.sightings.findLast(({ end }) => end <= one.at);
    if (last === undefined || last.state === 'completed') return [];
    const mayBeCompleted = item.asked.some(
      (other) =>
        other.request.ask === 'complete' && mayChange(other) && other.end >= last.at && other.at <= one.end,
    );
    if (mayBeCompleted) return [];
    const text = `${item.workflow}/${item.item} was ${last.state} at ${at(last.end)}, and is not there at ${at(one.at)}`;
    return [{ promise: 'P5', kind: 'lost' as const, text }];
  });
}

/** What is read is what was sent. */
function otherData(item: Item): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    if (one.request.ask !== 'read' || one.reply?.status !== 200) return [];
    const { state, data: found } = one.reply.json;
    const text = `${item.workflow}/${item.item} is ${state} at ${at(one.end)} with ${JSON.stringify(found)}`;
    if (state === 'completed')
      return found === undefined ? [] : [{ promise: 'P5', kind: 'wrong' as const, text }];
    const sent = item.asked.filter((other) => other.at <= one.end && 'data' in other.request);
    const isSent = sent.some(
      ({ request }) => 'data' in request && JSON.stringify(dataOf(request.data)) === JSON.stringify(found),
    );
    return isSent ? [] : [{ promise: 'P5', kind: 'lost' as const, text }];
  });
}
