import type { Redrive } from '../../contract/redrive.ts';
import type { ItemRecord } from '../item/item-record.ts';
import type { Receipt } from '../item/receipt.ts';

/** What became of items that a redrive has resumed. */
export type ResumedOutcomes = Required<
  Pick<Redrive, 'completed' | 'failedAgain' | 'overdueAgain' | 'outstanding' | 'movedOn'>
>;

const outcomes = {
  completed: 'completed',
  failed: 'failedAgain',
  overdue: 'overdueAgain',
  waiting: 'outstanding',
} as const;

/** The outcome of one item, from its current record; undefined if it has no record any more. */
export function outcomeOf(
  record: Pick<ItemRecord | Receipt, 'state' | 'redrive'> | undefined,
  redrive: string,
): keyof ResumedOutcomes {
  return record?.redrive === redrive ? outcomes[record.state] : 'movedOn';
}
