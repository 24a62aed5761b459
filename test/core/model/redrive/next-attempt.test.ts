import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../../../core/model/item/item-record.ts';
import { nextAttempt } from '../../../../core/model/redrive/next-attempt.ts';
import { itemRecord } from '../../../support/item-record.ts';

const now = Date.parse('2026-11-28T12:00:00.000Z');
const redrive = { id: '01J00000000000000000000000', timeout: undefined };

describe('the attempt that a redrive starts', () => {
  const at = '2026-11-28T11:00:00.000Z';
  const lost = itemRecord({ state: 'overdue', attempt: 1, step: 'copied', steps: [{ step: 'copied', at }] });

  test('says after which step the item was lost, and in which attempt (public report I)', () => {
    const second = nextAttempt(lost, redrive, now, 1);
    expect(second).toMatchObject({ attempt: 2, lostAfter: { step: 'copied', attempt: 1 } });
    expect(second).not.toHaveProperty('step');
    const shown = summaryOf({ ...second, timer: 't', timerAt: second.deadline });
    expect(shown.lostAfter).toEqual({ step: 'copied', attempt: 1 });
  });

  test('that is lost before it reaches a step leaves what is known of the one before', () => {
    const second = { ...nextAttempt(lost, redrive, now, 1), state: 'overdue' as const };
    const third = nextAttempt({ ...second, timer: 't', timerAt: second.deadline }, redrive, now, 1);
    expect(third).toMatchObject({ attempt: 3, lostAfter: { step: 'copied', attempt: 1 } });
  });
});
