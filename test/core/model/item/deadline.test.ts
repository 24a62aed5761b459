import { describe, expect, test } from 'vitest';
import { deadlineOf, earlyChecks, requiredDeadline } from '../../../../core/model/item/deadline.ts';
import type { ProblemError } from '../../../../core/problem-error.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const day = 86_400;

function problemOf(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('nothing was thrown');
}

describe('a deadline', () => {
  test.each([
    [{ timeout: 90 }, '2026-03-01T12:01:30.000Z'],
    [{ timeout: 60.5 }, '2026-03-01T12:01:00.500Z'],
    [{ timeout: 'PT15M' }, '2026-03-01T12:15:00.000Z'],
    [{ timeout: 'P1DT2H' }, '2026-03-02T14:00:00.000Z'],
    [{ timeout: 'P2W' }, '2026-03-15T12:00:00.000Z'],
    [{ deadline: '2026-03-01T14:00:00+01:00' }, '2026-03-01T13:00:00.000Z'],
    [{ timeout: 60 }, '2026-03-01T12:01:00.000Z'],
    [{ timeout: 366 * day }, '2027-03-02T12:00:00.000Z'],
  ])('of %j is %s', (input, expected) => {
    expect(new Date(deadlineOf(input, now, 60) ?? 0).toISOString()).toBe(expected);
  });

  test('users 13: the least timeout of a laptop is 1 second, not 1 seconds', () => {
    const { message } = problemOf(() => deadlineOf({ timeout: 0.5 }, now, 1));
    expect(message).toContain('allowed is 1 second to 31622400 seconds');
  });

  test('is undefined if none is given', () => {
    expect(deadlineOf({}, now, 60)).toBeUndefined();
  });

  test.each([
    [{ timeout: 59.999 }, 'too near'],
    [{ timeout: 366 * day + 1 }, 'too far'],
    [{ timeout: 1e300 }, 'too far'],
    [{ timeout: -1 }, 'in the past'],
    [{ timeout: 'PT0S' }, 'in the past'],
    [{ deadline: '2026-03-01T11:59:59Z' }, 'in the past'],
    [{ deadline: '2026-03-01T12:00:30Z' }, 'too near'],
    [{ deadline: '9999-12-31T00:00:00Z' }, 'too far'],
  ])('of %j is refused as %s, with the allowed range', (input, fault) => {
    const problem = problemOf(() => deadlineOf(input, now, 60));
    expect(problem).toMatchObject({ code: 'deadline-out-of-range', status: 422 });
    expect(problem.message).toContain(fault);
    expect(problem.message).toContain('2026-03-01T12:01:00.000Z to 2027-03-02T12:00:00.000Z');
    expect(problem.errors).toMatchObject([{ path: Object.keys(input)[0] }]);
  });

  test('given twice, as timeout and as deadline, is refused', () => {
    const input = { timeout: 90, deadline: '2026-03-01T13:00:00Z' };
    const problem = problemOf(() => deadlineOf(input, now, 60));
    expect(problem).toMatchObject({ code: 'deadline-ambiguous', status: 422 });
    expect(problem.message).toContain('allowed is 60 seconds to');
    expect(problem.errors?.map(({ path }) => path)).toEqual(['timeout', 'deadline']);
  });

  test('that is required and missing is refused', () => {
    expect(problemOf(() => requiredDeadline({}, now, 60))).toMatchObject({
      code: 'deadline-missing',
      status: 422,
    });
  });
});

describe('the checks of an item before its deadline', () => {
  const deadline = now + 600_000;
  const looks = (request: Parameters<typeof earlyChecks>[0], settings?: Parameters<typeof earlyChecks>[1]) =>
    earlyChecks(request, settings, now, deadline);

  test('are none if none is requested', () => {
    expect(looks({})).toEqual({});
    expect(looks({ step: 'uploaded' }, {})).toEqual({});
  });

  test.each([[300], ['PT5M'], ['2026-03-01T12:05:00Z'], ['2026-03-01T13:05:00+01:00']])(
    'are for a first step by the instant that %j is',
    (startBy) => {
      expect(looks({ startBy })).toEqual({ startBy: '2026-03-01T12:05:00.000Z' });
    },
  );

  test('cannot be for a first step if there is one, and the problem says which member to leave out', () => {
    expect(problemOf(() => looks({ startBy: 300, step: 'uploaded' }))).toMatchObject({
      code: 'start-by-ambiguous',
      status: 422,
      errors: [{ path: 'step' }],
    });
  });

  test.each([
    ['startBy', 600],
    ['startBy', 'PT10M'],
    ['startBy', 601],
    ['startBy', 0],
    ['startBy', -1],
    ['startBy', '2026-03-01T12:10:00Z'],
    ['startBy', '2026-03-01T12:00:00Z'],
    ['warnAfter', 600],
    ['warnAfter', 'PT10M'],
    ['warnAfter', 1e300],
    ['warnAfter', 0],
    ['warnAfter', -1],
  ])('is refused as %s %j, with the field and what is allowed', (path, value) => {
    const problem = problemOf(() => looks({ [path]: value }));
    expect(problem).toMatchObject({ code: 'deadline-out-of-range', status: 422, errors: [{ path }] });
    expect(problem.message).toContain('before the deadline, 2026-03-01T12:10:00.000Z');
  });

  test("are for the warning in the request, otherwise for the one in the workflow's settings", () => {
    expect(looks({ warnAfter: 'PT5M' })).toEqual({ warnAfterMs: 300_000 });
    expect(looks({}, { warnAfter: 'PT5M' })).toEqual({ warnAfterMs: 300_000 });
    expect(looks({ warnAfter: 60 }, { warnAfter: 'PT5M' })).toEqual({ warnAfterMs: 60_000 });
  });

  test('leave out a warning of the workflow that would come after the deadline', () => {
    expect(looks({}, { warnAfter: 600 })).toEqual({});
    expect(looks({ startBy: 60 }, { warnAfter: 'P1D' })).toEqual({ startBy: '2026-03-01T12:01:00.000Z' });
  });
});
