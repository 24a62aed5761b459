import { expect, test } from 'vitest';
import { IndexRecord, summaryOf, withStep } from '../../../core/records/item-record.ts';
import { itemRecord } from '../../support/item-record.ts';

test('the index projects no more than the 20 attributes that DynamoDB allows', () => {
  const projected = Object.keys(IndexRecord.shape).filter((name) => !['pk', 'queue', 'due'].includes(name));
  expect(projected.length).toBeLessThanOrEqual(20);
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
