import {
  type BreachedState,
  breachedStates,
  type ItemState,
  itemStates,
  openStates,
} from '../../contract/item.ts';
import { ProblemError } from '../../problem-error.ts';

/** The states of a list, and its order. */
export type ListOrder =
  | { sort: 'id'; states: readonly ItemState[] }
  | { sort: 'deadline'; states: readonly ['waiting'] }
  | { sort: 'registration'; states: readonly BreachedState[] };

/**
 * The order of a list. Breached items alone are in order of registration unless the query has another `sort`; every
 * other list is in the order of the table, in which nothing moves. Receipts are listed only if their state or ids are
 * asked for. Throws a 400 problem for an order that these states do not have.
 */
export function listOrder(query: {
  state?: readonly ItemState[] | undefined;
  id?: readonly string[] | undefined;
  sort?: ListOrder['sort'] | undefined;
}): ListOrder {
  const states = query.state ?? (query.id ? itemStates : openStates);
  const isBreached =
    states.length > 0 && states.every((state) => breachedStates.some((one) => one === state));
  const sort = query.sort ?? (isBreached && query.id === undefined ? 'registration' : 'id');
  if (sort === 'id' || query.id !== undefined) return { sort: 'id', states };
  if (sort === 'deadline') {
    if (states.every((state) => state === 'waiting')) return { sort, states: ['waiting'] };
    throw notSorted(sort, 'waiting items; send state=waiting with it');
  }
  if (isBreached) return { sort, states: breachedStates.filter((state) => states.includes(state)) };
  throw notSorted(sort, 'overdue and failed items; send state=overdue, state=failed or both with it');
}

function notSorted(sort: string, of: string): ProblemError {
  return new ProblemError('invalid-request', `sort=${sort} is an order of ${of}`, {
    errors: [{ path: 'sort', message: `${sort} is an order of ${of}` }],
  });
}
