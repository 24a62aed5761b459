import { dataOf } from '../world/names.ts';
import { type Broken, type Evidence, type Item, nameOf } from './evidence.ts';
import { mayChange, type Sighting } from './sighting.ts';
import { at } from './times.ts';

/** P5: an item that nobody completed exists, with data that was sent for it. */
export function data(evidence: Evidence): Broken[] {
  return [
    ...evidence.items.flatMap((item) => [...gone(item), ...read(item)]),
    ...published(evidence),
    ...left(evidence),
  ];
}

/** Whether somebody may have completed or discarded the item since it was seen. */
function mayBeOver(item: Item, seen: Sighting, until: number): boolean {
  const isCompleted = item.asked.some(
    (one) => one.request.ask === 'complete' && mayChange(one) && one.end >= seen.at && one.at <= until,
  );
  return isCompleted || item.workflow.hasDiscards;
}

/** An item does not exist any more although nobody completed it. */
function gone(item: Item): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    if (one.request.ask === 'register' || one.reply?.status !== 404) return [];
    const last = item.sightings.findLast(({ end }) => end <= one.at);
    if (last === undefined || last.state === 'completed' || mayBeOver(item, last, one.end)) return [];
    const text = `${nameOf(item)} was ${last.state} at ${at(last.end)}, and is not there at ${at(one.at)}`;
    return [{ promise: 'P5', kind: 'lost', text }];
  });
}

/** Whether it is data that the item may have had at some time in between. */
function isSent(item: Item, found: unknown, { from, until }: { from: number; until: number }): boolean {
  const sent = item.asked.filter((one) => one.at <= until && 'data' in one.request);
  const all = sent.map(({ request }) => ('data' in request ? dataOf(request.data) : undefined));
  // Data stays until other data is sent: a restart without data keeps it.
  const certain = item.asked.find(
    (one) =>
      one.request.ask === 'register' &&
      one.request.data !== undefined &&
      one.end < from &&
      ['created', 'restarted'].includes(one.reply?.json?.outcome),
  );
  if (found === undefined) return certain === undefined || !isKept(item, certain.end, until);
  return all.some((one) => JSON.stringify(one) === JSON.stringify(found));
}

/** Whether the item was in one life since then. */
function isKept(item: Item, since: number, until: number): boolean {
  if (item.workflow.hasDiscards) return false;
  return !item.asked.some(
    (one) =>
      (one.request.ask === 'complete' && mayChange(one)) ||
      (one.end > since && one.at <= until && one.reply === undefined),
  );
}

/** The data that is read equals the data that was sent. A completed item has none. */
function read(item: Item): Broken[] {
  return item.asked.flatMap((one): Broken[] => {
    if (one.request.ask !== 'read' || one.isSummary || one.reply?.status !== 200) return [];
    const { state, data: found } = one.reply.json;
    const text = `${nameOf(item)} is ${state} at ${at(one.end)} with ${JSON.stringify(found)}`;
    if (state === 'completed') return found === undefined ? [] : [{ promise: 'P5', kind: 'wrong', text }];
    return isSent(item, found, { from: one.at, until: one.end })
      ? []
      : [{ promise: 'P5', kind: 'lost', text }];
  });
}

/** The data that a redrive publishes equals the data that was sent. */
function published({ ledger, items }: Evidence): Broken[] {
  return ledger.published.flatMap((one): Broken[] => {
    if (one.topic !== 'upstream') return [];
    const { workflow, item: name, data: found } = one.message;
    const item = items.find((other) => other.workflow.name === workflow && other.item === name);
    if (item === undefined || isSent(item, found, { from: one.since, until: one.at })) return [];
    return [
      {
        promise: 'P5',
        kind: 'lost',
        text: `${nameOf(item)} was resumed at ${at(one.at)} with ${JSON.stringify(found)}`,
      },
    ];
  });
}

/** Nothing that callers sent is kept of a completed item. */
function left({ ledger }: Evidence): Broken[] {
  return ledger.receipts.flatMap(({ item, attributes }): Broken[] => {
    const kept = attributes.filter((name) => ['data', 'steps', 'tags', 'queue'].includes(name));
    return kept.length === 0
      ? []
      : [{ promise: 'P5', kind: 'wrong', text: `${item} is completed, and its ${kept.join(', ')} are kept` }];
  });
}
