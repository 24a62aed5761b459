import { expect, test } from 'vitest';
import type { ItemState } from '../../../../core/contract/item.ts';
import { listOrder } from '../../../../core/model/item/list-order.ts';

test.each<[Parameters<typeof listOrder>[0], ReturnType<typeof listOrder>]>([
  [{}, { sort: 'id', states: ['waiting', 'overdue', 'failed'] }],
  [{ id: ['a'] }, { sort: 'id', states: ['waiting', 'overdue', 'failed', 'completed'] }],
  [{ state: ['waiting'] }, { sort: 'id', states: ['waiting'] }],
  [{ state: ['completed'] }, { sort: 'id', states: ['completed'] }],
  [{ state: ['failed', 'overdue'] }, { sort: 'registration', states: ['overdue', 'failed'] }],
  [{ state: ['failed', 'failed'] }, { sort: 'registration', states: ['failed'] }],
  [
    { state: ['overdue'], sort: 'id' },
    { sort: 'id', states: ['overdue'] },
  ],
  [
    { state: ['overdue'], id: ['a'] },
    { sort: 'id', states: ['overdue'] },
  ],
  [{ state: ['overdue', 'waiting'] }, { sort: 'id', states: ['overdue', 'waiting'] }],
  [
    { state: ['waiting'], sort: 'deadline' },
    { sort: 'deadline', states: ['waiting'] },
  ],
])('the order of a list of %j', (query, order) => {
  expect(listOrder(query)).toEqual(order);
});

test.each<['deadline' | 'registration', ItemState[] | undefined]>([
  ['deadline', undefined],
  ['deadline', ['waiting', 'overdue']],
  ['registration', undefined],
  ['registration', ['overdue', 'completed']],
])('sort=%s is refused for %j, which have no such order', (sort, state) => {
  expect(() => listOrder({ sort, state })).toThrow(/send state=/);
});
