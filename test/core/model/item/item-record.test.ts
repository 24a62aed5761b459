import { expect, test } from 'vitest';
import { summaryOf, withStep } from '../../../../core/model/item/item-record.ts';
import { itemRecord } from '../../../support/item-record.ts';

test('a summary contains no data, keys or timers', () => {
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

test('a step that this attempt has reached is not recorded again; a step of an earlier attempt is (P4)', () => {
  const at = (second: number) => `2026-03-01T12:00:0${second}.000Z`;
  const startedAt = at(0);
  const one = withStep({ steps: [], startedAt }, 'a', at(1));
  expect(one).toEqual({ step: 'a', steps: [{ step: 'a', at: at(1) }] });
  expect(withStep({ ...one, startedAt }, 'a', at(2))).toEqual(one);
  const two = withStep({ ...one, startedAt }, 'b', at(2));
  expect(two.steps).toHaveLength(2);
  // A late repeat of the previous step.
  expect(withStep({ ...two, startedAt }, 'a', at(3))).toEqual(two);
  const again = withStep({ ...two, step: undefined, startedAt: at(4) }, 'a', at(5));
  expect(again).toMatchObject({ step: 'a', steps: [{}, {}, { step: 'a', at: at(5) }] });
});
