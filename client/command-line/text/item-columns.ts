import type { ItemSummary } from '../../../core/contract/item.ts';
import type { Context } from '../context.ts';
import type { Column } from './table.ts';
import { relativeText } from './times.ts';

/** The columns of a list of items. */
export function itemColumns({ now }: Pick<Context, 'now'>): Column<ItemSummary>[] {
  return [
    { title: 'ITEM', rank: 0, cell: ({ item }) => item },
    { title: 'STATE', rank: 1, cell: stateText },
    { title: 'STEP', rank: 2, cell: ({ step, lostAfter }) => step ?? lostAfter?.step },
    { title: 'DEADLINE', rank: 3, cell: ({ deadline }) => relativeText(deadline, now()) },
    { title: 'REASON', rank: 4, cell: reasonOf },
    { title: 'TAGS', rank: 5, cell: ({ tags }) => tagsText(tags) },
    { title: 'REGISTERED', rank: 6, cell: ({ registeredAt }) => relativeText(registeredAt, now()) },
    { title: 'ATTEMPT', rank: 7, align: 'right', cell: ({ attempt }) => String(attempt) },
  ];
}

/** "not started" for an item that was not started by `startBy`: its deadline may be ahead. */
export function stateText({ state, neverStarted }: Pick<ItemSummary, 'state' | 'neverStarted'>): string {
  return neverStarted && state === 'overdue' ? 'not started' : state;
}

/** "timeout: no answer from the bank" */
export function reasonOf({ failure }: Pick<ItemSummary, 'failure'>): string | undefined {
  return failure && [failure.type, failure.reason].filter(Boolean).join(': ');
}

export function tagsText(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}:${value}`)
    .join(' ');
}
