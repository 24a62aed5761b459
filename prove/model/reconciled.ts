import type { Asked } from '../ledger.ts';
import { itemName } from '../world/names.ts';
import { type Broken, type Evidence, type Item, nameOf, unchangedUntil } from './evidence.ts';
import type { Sighting } from './sighting.ts';
import { at } from './times.ts';

const kinds = ['waiting', 'overdue', 'failed', 'completed', 'unknown', 'unreadable'] as const;
type Kind = (typeof kinds)[number];

/** P5, P7: a reconciliation returns the true state of each item, and one state for each. */
export function reconciled(evidence: Evidence): Broken[] {
  return evidence.ledger.asked.flatMap((one): Broken[] => {
    if (one.request.ask !== 'reconcile' || one.reply?.status !== 200) return [];
    const { items: numbers, workflow } = one.request;
    return numbers.flatMap((number) => {
      const said = kinds.filter((kind) => one.reply?.json[kind].includes(itemName(number)));
      const item = evidence.items.find(
        (other) => other.item === itemName(number) && other.workflow.name === `workflow-${workflow}`,
      );
      const [kind = 'unknown', ...more] = said;
      const isOne = said.length > 0 && more.length === 0;
      if (isOne && (item === undefined || mayBe(item, one, kind))) return [];
      const text = `${item ? nameOf(item) : itemName(number)} is ${said.join(' and ') || 'not there'} in the reconciliation at ${at(one.end)}`;
      return [{ promise: 'P5', kind: 'wrong', text }];
    });
  });
}

function mayBe(item: Item, { at: begun, end }: Asked, kind: Kind): boolean {
  const { workflow } = item;
  const last = item.sightings.findLast((seen) => seen.end < begun);
  if (last === undefined || unchangedUntil(item, last) <= end || workflow.hasDiscards) return true;
  if (kind === 'unknown') return last.state === 'completed' && workflow.forgets;
  return kind === last.state || isByItself(last, kind, workflow.hasRedrives);
}

/** Timers and redrives change items without a request. An item whose redrive message SNS refuses has failed. */
function isByItself({ state }: Sighting, kind: Kind, hasRedrives: boolean): boolean {
  if (state === 'completed') return false;
  if (state === 'waiting' && kind === 'overdue') return true;
  return hasRedrives && kind !== 'completed';
}
