import { expect, test } from 'vitest';
import { isOverdueOnArrival } from '../../../client/spool/overdue.ts';
import type { ItemOperation, ItemResult } from '../../../client/spool/spool.ts';
import { problem } from '../support/recording-warden.ts';

const at = (second: number) => `2026-03-29T01:00:${String(second).padStart(2, '0')}.000Z`;
const sent: ItemOperation = { op: 'register', item: 'i', timeout: 10, age: 20 };
const reply = { status: 201, workflow: 'w', item: 'i', attempt: 1, state: 'waiting', deadline: at(10) };
const result = (more: object) => ({ ...reply, ...more }) as ItemResult;

test.each<[string, boolean, ItemResult, number]>([
  [
    'by the clock of the warden, whatever this one says',
    true,
    result({ outcome: 'created', startedAt: at(0) }),
    0,
  ],
  ['before the deadline', false, result({ outcome: 'created', startedAt: at(0), deadline: at(21) }), 59],
  ['at the deadline', true, result({ outcome: 'restarted', startedAt: at(0), deadline: at(20) }), 0],
  ['by the clock of this machine if the token shows no times', true, result({ outcome: 'created' }), 10],
  ['the same before the deadline', false, result({ outcome: 'created' }), 9],
  ['another has registered it later', false, result({ outcome: 'unchanged', startedAt: at(0) }), 9],
  ['a repeat, whatever this clock says', false, result({ outcome: 'unchanged', startedAt: at(0) }), 59],
  ['a repeat of what was checked already', true, result({ outcome: 'unchanged', state: 'overdue' }), 0],
  ['a repeat of what has failed', false, result({ outcome: 'unchanged', state: 'failed' }), 59],
  ['a run that is over', false, result({ outcome: 'completed', state: 'completed' }), 59],
  ['a refusal', false, problem(409, 'other-run-waiting'), 59],
])('%s: %s', (_, expected, answered, second) => {
  expect(isOverdueOnArrival(sent, answered, Date.parse(at(second)))).toBe(expected);
});

test('an operation that registers nothing is not late', () => {
  const late = result({ outcome: 'late', state: 'overdue' });
  expect(isOverdueOnArrival({ op: 'complete', item: 'i' }, late, Date.parse(at(59)))).toBe(false);
});
