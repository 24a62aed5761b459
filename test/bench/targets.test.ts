import { expect, test } from 'vitest';
import { withResults } from '../../bench/harness/page.ts';
import type { Part } from '../../bench/harness/part.ts';
import type { MeasuredPart, RecordedPart } from '../../bench/harness/result.ts';
import { cellOf, targetTable } from '../../bench/harness/targets.ts';
import { parts } from '../../bench/parts.ts';

const machine = { processors: 2, model: 'a processor', memoryGb: 8, node: '24.0.0' };

function recordedOf(columns: string[], ...rows: (string | number)[][]): RecordedPart {
  const at = '2026-11-29T12:00:00.000Z';
  return { columns, rows, broken: [], at, commit: '0', changed: false, size: 'usual', seconds: 1, machine };
}

/** The last column of the targets of a part, if it was measured so. */
function judged(name: keyof typeof parts, part: RecordedPart): unknown[] {
  const { rows } = targetTable({ [name]: parts[name] as Part }, { [name]: part });
  return rows.map((row) => row.at(-1));
}

test('a cell is found by the names of its row and column; the first column of a name counts', () => {
  const part: MeasuredPart = {
    columns: ['ms', 'to the first', 'to the first'],
    rows: [
      ['1000', 1, 2],
      ['2000', '3.5 %', 4],
    ],
    broken: [],
  };
  expect(cellOf(part, '2000', 'to the first')).toBe(3.5);
  expect(cellOf(part, '3000', 'to the first')).toBeNaN();
  expect(cellOf(part, '1000', 'from the last')).toBeNaN();
});

test('register and complete are held against 1.25 of their calls, and three operations against 0.8 over HTTP', () => {
  const part = recordedOf(
    ['µs', 'ratio', 'calls alone to HTTP'],
    ['register', 1.25, 0.8],
    ['step', 9, 0.79],
    ['complete', 1.26, 0.81],
  );
  expect(judged('operations', part)).toEqual(['met', 'not met', 'met', 'not met', 'met']);
});

test.each([
  [0.7, 0.69, ['met', 'not met']],
  [0.5, 0.9, ['not met', 'met']],
])('check-timers is held against 0.7: processor %s, wall %s', (processor, wall, met) => {
  const columns = ['µs', 'calls alone to check-timers'];
  expect(judged('check-timers', recordedOf(columns, ['processor', processor], ['wall', wall]))).toEqual(met);
});

test.each([
  ['1000000', 1.15, 'met'],
  ['1000000', 1.16, 'not met'],
  ['100000', 1, 'not measured'],
])('growth to %s items by %s: %s', (open, by, met) => {
  const part = recordedOf(['open', 'µs', 'to the first', 'µs', 'to the first'], [open, 9, by, 9, 9]);
  expect(judged('growth', part)).toEqual([met]);
});

test.each([
  ['50000', 1, 'met'],
  ['50000', 1.1, 'not met'],
  ['5000', 0, 'not measured'],
])('memory after %s pairs that grew by %s: %s', (pairs, growth, met) => {
  const columns = ['after pairs', 'resident MB'];
  const rows = [
    [pairs, 300],
    ['growth for 10000 pairs, first five readings, least squares', growth] as const,
  ];
  expect(judged('memory', recordedOf(columns, ...rows.map((row) => [...row])))).toEqual([met]);
});

test('the slowest bundle counts, and bundles of clients alone do not', () => {
  const columns = ['ms', 'to its clients, median'];
  const floor = ['only dynamodb', 9];
  expect(judged('bundles', recordedOf(columns, floor, ['register', 1.2]))).toEqual(['met']);
  expect(judged('bundles', recordedOf(columns, floor, ['register', 1], ['sweep', 1.3]))).toEqual(['not met']);
  expect(judged('bundles', recordedOf(['ms'], floor))).toEqual(['not measured']);
});

test.each([
  ['100000 items in a minute', '5.0 %', 'met'],
  ['100000 items in a minute', '5.1 %', 'not met'],
  ['5000 items in a minute', '0.0 %', 'not measured'],
])('a storm of %s, of which %s were caught by the sweep: %s', (storm, share, met) => {
  expect(judged('storm', recordedOf(['a storm', storm], ['caught by the sweep', share]))).toEqual([met]);
});

test.each([
  ['10000', 60, 'met'],
  ['10000', 61, 'not met'],
  ['1000', 1, 'not measured'],
])('%s items at once with a p99 of %s s: %s', (items, p99, met) => {
  expect(judged('delay', recordedOf(['items at once', 'p99, s'], [items, p99]))).toEqual([met]);
});

test.each([
  ['20000 of 90000 items', 490, 'met'],
  ['20000 of 90000 items', 489, 'not met'],
  ['2000 of 9000 items', 500, 'not measured'],
])('a redrive of %s at %s a second: %s', (outage, perSecond, met) => {
  const part = recordedOf(['an outage', outage], ['resumed a second, 500 asked for', perSecond]);
  expect(judged('redrive', part)).toEqual([met]);
});

test.each([
  [150, 'met'],
  [151, 'not met'],
])('a command that starts %s ms later with `warden run`: %s', (ms, met) => {
  const columns = ['ms, median', 'until it runs', 'until it ends'];
  expect(judged('run-overhead', recordedOf(columns, ['added', ms, 200]))).toEqual([met]);
});

test.each([
  [1.5, 'met'],
  [1.51, 'not met'],
])('a start of the help of %s times that of Node: %s', (ratio, met) => {
  const columns = ['ms', 'to node alone, median'];
  expect(judged('command-line', recordedOf(columns, ['warden --help', ratio]))).toEqual([met]);
});

test('a part that was never recorded has not measured its targets', () => {
  const { rows } = targetTable(parts, {});
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row.at(-1)).toBe('not measured');
});

test('the page shows each target with what was asked and measured', () => {
  const columns = ['items at once', 'p99, s'];
  const results = { delay: recordedOf(columns, ['10000', 61.5]) };
  const page = 'before\n<!-- targets -->\nold\n<!-- /targets -->\nafter';
  const { delay = {} as Part } = parts;
  expect(withResults(page, results, targetTable({ delay }, results))).toBe(`before
<!-- targets -->
| target | asked | measured |  |
| --- | --: | --: | --: |
| p99 of the delay of 10,000 items at once | at most 60 s | 61.5 | not met |
<!-- /targets -->
after`);
});

test('10,000 spooled operations are held against 20 s, and each call of a watch whose warden is away against 50 ms', () => {
  const delivered = (seconds: number) =>
    judged('spool', recordedOf(['operations', 'all of them, s'], ['10000 delivered', seconds]));
  expect([...delivered(20), ...delivered(20.1)]).toEqual(['met', 'not met']);
  const away = (...most: number[]) =>
    judged('watches-away', recordedOf(['ms', 'most'], ...most.map((one) => ['a way', one])));
  expect([...away(50, 9), ...away(9, 51, 9)]).toEqual(['met', 'not met']);
});
