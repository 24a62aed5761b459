import type { Asked } from '../ledger.ts';
import { itemNumber } from '../world/names.ts';
import { type Broken, type Evidence, type Item, nameOf } from './evidence.ts';
import { mayChange, pagesOf, type Sighting } from './sighting.ts';
import { at } from './times.ts';

/** P5, P8: an item that exists from the beginning to the end of a walk through all pages is on exactly one page. */
export function walks(evidence: Evidence): Broken[] {
  return evidence.ledger.asked.flatMap((walk) => {
    if (walk.request.ask !== 'walk' || walk.reply?.status !== 200) return [];
    const found = pagesOf(walk).flatMap(({ items }) => items.map(({ item }) => itemNumber(item)));
    return [...twice(walk, found), ...evidence.items.flatMap((item) => leftOut(item, walk, new Set(found)))];
  });
}

function twice(walk: Asked, found: readonly number[]): Broken[] {
  const [again] = found.filter((item, index) => found.indexOf(item) < index);
  if (again === undefined) return [];
  const text = `item ${again} is twice in the walk of request ${walk.number}`;
  return [{ promise: 'P5', kind: 'doubled', text }];
}

function leftOut(item: Item, walk: Asked, found: ReadonlySet<number>): Broken[] {
  if (item.workflow.name !== `workflow-${walk.request.workflow}` || item.workflow.hasDiscards) return [];
  if (found.has(itemNumber(item.item))) return [];
  const last = lastBefore(item, walk);
  if (last === undefined || last.state === 'completed') return [];
  const text = `${nameOf(item)} was ${last.state} at ${at(last.end)}, and is not in the walk from ${at(walk.at)} to ${at(walk.end)}`;
  return [{ promise: 'P5', kind: 'lost', text }];
}

/** The item as it was last seen before a request, if nobody may have completed it until its end. */
function lastBefore(item: Item, { at: begun, end }: Asked): Sighting | undefined {
  const last = item.sightings.findLast((seen) => seen.end < begun);
  if (last === undefined) return undefined;
  const mayBeOver = item.asked.some(
    (one) => one.request.ask === 'complete' && mayChange(one) && one.end >= last.at && one.at <= end,
  );
  return mayBeOver ? undefined : last;
}
