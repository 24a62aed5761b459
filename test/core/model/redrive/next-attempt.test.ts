import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../../../core/model/item/item-record.ts';
import { movedTo } from '../../../../core/model/item/movement.ts';
import { nextAttempt } from '../../../../core/model/redrive/next-attempt.ts';
import { itemRecord } from '../../../support/item-record.ts';

const now = Date.parse('2026-11-28T12:00:00.000Z');
const settings = { leastTimeoutSeconds: 1 };
const redrive = { id: '01J00000000000000000000000', timeout: undefined };

describe('the attempt that a redrive starts', () => {
  const at = '2026-11-28T11:00:00.000Z';
  const lost = itemRecord({ state: 'overdue', attempt: 1, step: 'copied', steps: [{ step: 'copied', at }] });

  test('says after which step the item was lost, and in which attempt (public report I)', () => {
    const second = nextAttempt(lost, redrive, now, settings);
    expect(second).toMatchObject({ attempt: 2, lostAfter: { step: 'copied', attempt: 1 } });
    expect(second).not.toHaveProperty('step');
    const shown = summaryOf({ ...second, timer: 't', timerAt: second.deadline });
    expect(shown.lostAfter).toEqual({ step: 'copied', attempt: 1 });
  });

  test('has reported no progress yet, so it is not stuck at once (P2)', () => {
    const moved = movedTo(41, at);
    const stuck = { ...lost, ...moved, sameReports: 3, stuckAt: at };
    const { progress, progressedAt, sameReports, stuckAt } = nextAttempt(stuck, redrive, now, settings);
    expect([progress, progressedAt, sameReports, stuckAt]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('that is lost before it reaches a step leaves what is known of the one before', () => {
    const second = { ...nextAttempt(lost, redrive, now, settings), state: 'overdue' as const };
    const third = nextAttempt({ ...second, timer: 't', timerAt: second.deadline }, redrive, now, settings);
    expect(third).toMatchObject({ attempt: 3, lostAfter: { step: 'copied', attempt: 1 } });
  });

  test('marks the steps of earlier attempts with their attempt (public report I)', () => {
    const second = nextAttempt(lost, redrive, now, settings);
    expect(second.steps).toEqual([{ step: 'copied', at, attempt: 1 }]);
    const reached = { step: 'copied', at: '2026-11-28T12:00:01.000Z' };
    const lostAgain = {
      ...second,
      timer: 't',
      timerAt: at,
      step: 'copied',
      steps: [...second.steps, reached],
    };
    expect(nextAttempt(lostAgain, redrive, now, settings)).toMatchObject({
      lostAfter: { step: 'copied', attempt: 2 },
      steps: [
        { step: 'copied', at, attempt: 1 },
        { ...reached, attempt: 2 },
      ],
    });
  });

  const beaten = itemRecord({
    state: 'overdue',
    timeoutMs: 7_200_000,
    deadlineSetAt: '2026-03-01T12:00:00.000Z',
    deadline: '2026-03-01T12:01:00.000Z',
  });

  test.each([
    ['its own timeout, however short the last heartbeat was', beaten, undefined, undefined, 7_200_000],
    ['the timeout of the workflow if that is longer', beaten, undefined, 'PT3H', 10_800_000],
    [
      'the time of the last heartbeat if that is longer',
      { ...beaten, timeoutMs: 5_000 },
      undefined,
      undefined,
      60_000,
    ],
    [
      'that time for a record of an older version',
      { ...beaten, timeoutMs: undefined },
      undefined,
      undefined,
      60_000,
    ],
    ['the timeout of the redrive if it has one', beaten, 90, 'PT3H', 90_000],
    [
      'at least the least timeout',
      { ...beaten, timeoutMs: 10, deadline: beaten.startedAt },
      undefined,
      undefined,
      1_000,
    ],
  ])('has %s (public report H)', (_, record, timeout, workflowTimeout, ms) => {
    const next = nextAttempt(record, { ...redrive, timeout }, now, { ...settings, workflowTimeout });
    expect(Date.parse(next.deadline) - now).toBe(ms);
    expect(next.timeoutMs).toBe(ms);
  });
});
