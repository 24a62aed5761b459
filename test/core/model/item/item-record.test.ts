import { expect, test } from 'vitest';
import { ItemSummary } from '../../../../core/contract/item.ts';
import {
  IndexRecord,
  ofQueue,
  projectedAttributes,
  queueOf,
  summaryOf,
  withStep,
} from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

test('an index projects no more than the 20 attributes that DynamoDB allows, whichever it sorts by', () => {
  expect(projectedAttributes.length).toBeLessThanOrEqual(20);
});

test('lists can show all that a summary has', () => {
  const shown = Object.keys(ItemSummary.shape);
  expect(shown.filter((name) => !Object.hasOwn(IndexRecord.shape, name))).toEqual([]);
});

test('the key of a queue says of which workflow and state its items are', () => {
  expect(ofQueue(queueOf('My.Flow_1-a', 'overdue', 7))).toEqual({
    workflow: 'My.Flow_1-a',
    state: 'overdue',
  });
});

test('a summary holds nothing of data, keys and timers', () => {
  const at = '2026-03-01T12:00:00.000Z';
  const hidden = { data: 'secret', reportedAt: at, warnAfterMs: 5_000, deadlineSetAt: at };
  const shown = { startBy: at, neverStarted: true, warnedAt: at, incident: 'abc' } as const;
  const summary = summaryOf(itemRecord({ ...hidden, ...shown }));
  expect(Object.keys(summary).toSorted()).toEqual(
    [
      'workflow',
      'item',
      'attempt',
      'state',
      'deadline',
      'registeredAt',
      'startedAt',
      'steps',
      'tags',
      ...Object.keys(shown),
    ].toSorted(),
  );
});

test('the step that an item is at is not reached again, but one of an earlier attempt is', () => {
  const steps = withStep({ steps: [] }, 'a', '2026-03-01T12:00:00.000Z');
  expect(withStep({ step: 'a', steps }, 'a', '2026-03-01T12:00:01.000Z')).toEqual(steps);
  expect(withStep({ step: 'a', steps }, 'b', '2026-03-01T12:00:01.000Z')).toHaveLength(2);
  expect(withStep({ steps }, 'a', '2026-03-01T12:00:01.000Z')).toHaveLength(2);
});
