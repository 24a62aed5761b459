import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { takeAssignments } from '../../../../client/command-line/arguments/assignments.ts';
import { parseCount, parseRate } from '../../../../client/command-line/arguments/count.ts';
import { durationMs, instantOf, parsePast } from '../../../../client/command-line/arguments/duration.ts';
import { bodyOf, queryOf } from '../../../../client/command-line/arguments/filters.ts';
import { takeWorkflow } from '../../../../client/command-line/arguments/workflow.ts';
import type { Context } from '../../../../client/command-line/context.ts';
import { addFilterOptions, type FilterOptions } from '../../../../client/command-line/filter-options.ts';

const now = Date.parse('2026-11-28T12:00:00.000Z');

describe('durations and times', () => {
  test.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['2d', 172_800_000],
    ['PT1H', 3_600_000],
    ['0', undefined],
    ['-5m', undefined],
    ['5 minutes', undefined],
    ['soon', undefined],
  ])('%s is %s ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each([
    ['2026-11-28T14:30Z', '2026-11-28T14:30:00.000Z'],
    ['2026-11-28T14:30:05+01:00', '2026-11-28T13:30:05.000Z'],
    ['2026-13-01', undefined],
    ['25:00', undefined],
    ['yesterday', undefined],
  ])('%s is %s', (text, at) => expect(instantOf(text, now)).toBe(at));

  test('a time of day is the next one', () => {
    for (const text of ['00:00', '11:59', '12:00', '12:01', '23:59']) {
      const ms = Date.parse(instantOf(text, now) ?? '') - now;
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(25 * 3_600_000);
    }
  });

  test('a filter by time takes a duration as so long ago', () => {
    expect(parsePast('1h', now)).toBe('2026-11-28T11:00:00.000Z');
    expect(() => parsePast('last week', now)).toThrow('received "last week"');
  });
});

describe('numbers', () => {
  test.each([
    ['20', 20],
    ['20/s', 20],
    ['20 per second', 20],
    ['1200/m', 20],
  ])('a rate of %s is %s a second', (text, rate) => expect(parseRate(text)).toBe(rate));

  test.each(['0', 'fast', '-1', '1/m'])('a rate of %s is refused', (text) => {
    expect(() => parseRate(text)).toThrow(`received "${text}"`);
  });

  test.each(['0', '1.5', '1e3', ''])('a limit of "%s" is refused', (text) => {
    expect(() => parseCount('--limit', text)).toThrow('--limit must be a whole number from 1');
  });
});

describe('filters', () => {
  const context = (stdin = '') =>
    ({ now: () => now, stdin: new PassThrough().end(stdin) }) as unknown as Context;

  function parsed(...args: string[]): FilterOptions {
    const command = addFilterOptions(new Command('list').argument('[words...]'), 'failed').action(() => {});
    command.parse(args, { from: 'user' });
    takeAssignments(command, command.args);
    return command.opts<FilterOptions>();
  }

  test.each<[string[], object]>([
    [['--state', 'overdue,failed'], { state: ['overdue', 'failed'] }],
    [['--state', 'overdue', '--state', 'failed'], { state: ['overdue', 'failed'] }],
    [['state=overdue', 'states=failed'], { state: ['overdue', 'failed'] }],
    [['--state', 'breached'], { state: ['overdue', 'failed'] }],
    [['--tag', 'a=b', '--tag', 'c:d=e', 'tag=f'], { tag: ['a:b', 'c:d=e', 'f'] }],
    [['--not-started'], { started: false }],
    [['started=false'], { started: false }],
    [['--reason', 'disk, full'], { reason: 'disk, full' }],
    [['registered-before=1h'], { registeredBefore: '2026-11-28T11:00:00.000Z' }],
    [['--id', 'a', 'id=b'], { id: ['a', 'b'] }],
  ])('%j is %j in a query', async (args, query) => {
    expect(await queryOf(context(), parsed(...args))).toEqual(query);
  });

  test('a redrive has them in its body, and ids from standard input or a list in JSON', async () => {
    const options = parsed('--state', 'failed', '--tag', 'a=b', '--not-started', '--ids-from', '-');
    expect(await bodyOf(context('a\r\n\n{"item":"b","state":"failed"}\n{c\n'), options)).toEqual({
      states: ['failed'],
      tags: ['a:b'],
      started: false,
      ids: ['a', 'b', '{c'],
    });
  });

  test('refuses what no item can be, and says what is allowed', async () => {
    await expect(bodyOf(context(), parsed('state=waiting'))).rejects.toThrow(
      '--state must be overdue, failed, or several of them with commas; received "waiting"',
    );
    expect(() => parsed('colour=red')).toThrow('"colour=red" is no filter');
    expect(() => parsed('stray')).toThrow('"stray" is no filter');
  });
});

test('the workflow is the first argument or -w', () => {
  expect(takeWorkflow('list', ['orders', 'state=failed'], undefined)).toEqual({
    workflow: 'orders',
    others: ['state=failed'],
  });
  expect(takeWorkflow('list', ['state=failed'], 'orders')).toEqual({
    workflow: 'orders',
    others: ['state=failed'],
  });
  expect(() => takeWorkflow('list', ['state=failed'], undefined)).toThrow('name the workflow');
});
