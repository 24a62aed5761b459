import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { StateCounts } from '../../../../core/aws/items/state-counts.ts';
import { limits } from '../../../../core/contract/limits.ts';
import { Workflow } from '../../../../core/contract/workflow.ts';
import { countText, viewOf } from '../../../../core/operations/workflows/workflow-view.ts';

const most = limits.countedItems;
const record = {
  kind: 'workflow' as const,
  name: 'uploads',
  settings: {},
  firstSeenAt: '2026-03-01T12:00:00.000Z',
};

function countsOf(waiting: number, isCapped = false) {
  const none = { count: 0, capped: false };
  const breached = { overdue: none, 'not-started': none, failed: none };
  const counts: StateCounts = { waiting: { count: waiting, capped: isCapped }, ...breached };
  const view = viewOf(record, counts, 0);
  expect(z.safeParse(Workflow, view).error).toBeUndefined();
  return view.counts;
}

test('counts are exact up to the limit of counting', () => {
  expect(countsOf(3)).toEqual({ waiting: 3, overdue: 0, failed: 0 });
  expect(countsOf(most)).toEqual({ waiting: most, overdue: 0, failed: 0 });
});

test('a count above the limit stops there and says so, also if counting stopped before', () => {
  const capped = { waiting: most, overdue: 0, failed: 0, capped: true };
  expect(countsOf(most + 1)).toEqual(capped);
  expect(countsOf(most - 1, true)).toEqual(capped);
});

test('texts show a count that is capped with a plus sign', () => {
  const counts = { waiting: most, overdue: 7, failed: 0 };
  expect(countText(counts, 'waiting')).toBe('10000');
  expect(countText({ ...counts, capped: true }, 'waiting')).toBe('10000+');
  expect(countText({ ...counts, capped: true }, 'overdue')).toBe('7');
});
