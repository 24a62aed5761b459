import { describe, expect, test } from 'vitest';
import { shownCount } from '../../../console/parts/shown-count.ts';

const measured = (second: number, overdue: number) => ({
  counts: { waiting: 7, overdue, failed: 1 },
  at: Date.parse(at(second)),
});
const at = (second: number) => `2026-11-28T10:00:${String(second).padStart(2, '0')}.000Z`;
const opened = { kind: 'overdue', openedAt: at(10) } as const;
const told = { ...opened, notifiedAt: at(12), counts: { overdue: 5, failed: 2 } };

describe('of the counts of a workflow and those of its incident, the newer ones are shown', () => {
  test.each([
    ['without an incident, its own', measured(1, 0), [], { count: 0, at: Date.parse(at(1)) }],
    ['counted before people were told', measured(11, 0), [told], { count: 5, at: Date.parse(at(12)) }],
    ['counted since', measured(13, 4), [told], { count: 4, at: Date.parse(at(13)) }],
    ['not counted yet', undefined, [told], { count: 5, at: Date.parse(at(12)) }],
    ['counted before an incident without counts', measured(9, 0), [opened], undefined],
    ['counted after it was opened', measured(11, 3), [opened], { count: 3, at: Date.parse(at(11)) }],
    [
      'with an incident of another kind',
      measured(1, 0),
      [{ ...told, kind: 'warning' as const }],
      { count: 0, at: Date.parse(at(1)) },
    ],
  ])('%s', (_, own, incidents, shown) => {
    expect(shownCount('overdue', own, incidents)).toEqual(shown);
  });

  test('an incident says nothing of waiting items, and has the failed ones', () => {
    expect(shownCount('waiting', measured(1, 0), [told])?.count).toBe(7);
    expect(shownCount('waiting', undefined, [told])).toBeUndefined();
    expect(shownCount('failed', measured(1, 0), [told])?.count).toBe(2);
  });
});
