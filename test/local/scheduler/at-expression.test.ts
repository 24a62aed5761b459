import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../local/scheduler/at-expression.ts';

const moment = (expression: string, zone = 'UTC') => new Date(momentOf(expression, zone)).toISOString();

describe('at()', () => {
  it('is a moment in UTC', () => {
    expect(moment('at(2026-03-01T12:00:01)')).toBe('2026-03-01T12:00:01.000Z');
    expect(moment('at(2028-02-29T00:00:00)')).toBe('2028-02-29T00:00:00.000Z');
  });

  it.each([
    'at(2026-03-01T12:00:00.5)',
    'at(2026-03-01T12:00:00.000)',
    'at(2026-03-01T12:00:00Z)',
    'at(2026-03-01T12:00:00+01:00)',
    'at(2026-03-01T12:00)',
    'at(2026-03-01 12:00:00)',
    'at( 2026-03-01T12:00:00)',
    'at(2026-3-1T12:00:00)',
    'at(2026-02-29T12:00:00)',
    'at(2026-02-30T12:00:00)',
    'at(2026-13-01T12:00:00)',
    'at(2026-03-01T24:00:00)',
    'at(2026-03-01T12:60:00)',
    'at(2026-03-01T23:59:60)',
    'AT(2026-03-01T12:00:00)',
    'at(2026-03-01T12:00:00) ',
    '2026-03-01T12:00:00',
    'at()',
    '',
  ])('refuses %j', (expression) => {
    expect(() => moment(expression)).toThrow(expect.objectContaining({ name: 'ValidationException' }));
  });

  it.each(['rate(1 minute)', 'cron(0 8 1 * ? *)'])('says of %s that it fires only at()', (expression) => {
    expect(() => moment(expression)).toThrow(/this emulator fires only at\(/);
  });
});

describe('a time zone', () => {
  it.each([
    ['winter in Berlin', 'Europe/Berlin', '2026-01-15T12:00:00', '2026-01-15T11:00:00.000Z'],
    ['summer in Berlin', 'Europe/Berlin', '2026-07-15T12:00:00', '2026-07-15T10:00:00.000Z'],
    ['New York', 'America/New_York', '2026-07-15T20:30:00', '2026-07-16T00:30:00.000Z'],
    ['a half hour', 'Asia/Kolkata', '2026-07-15T00:00:00', '2026-07-14T18:30:00.000Z'],
    ['14 hours ahead', 'Pacific/Kiritimati', '2026-01-01T00:00:00', '2025-12-31T10:00:00.000Z'],
    ['just before the clocks go on', 'Europe/Berlin', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['just after the clocks go on', 'Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
    ['a time left out: as much later', 'Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    [
      'a time that comes twice: the first',
      'Europe/Berlin',
      '2026-10-25T02:30:00',
      '2026-10-25T00:30:00.000Z',
    ],
    ['after the second', 'Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
  ])('converts %s', (_, zone, wall, expected) => {
    expect(moment(`at(${wall})`, zone)).toBe(expected);
  });
});
