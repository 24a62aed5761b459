import { expect, test } from 'vitest';
import { nearestWord } from '../../../core/lambda/nearest-word.ts';

const members = [
  'timeout',
  'deadline',
  'startBy',
  'data',
  'step',
  'tags',
  'run',
  'restart',
  'state',
  'dryRun',
];

test.each([
  ['timeOut', 'timeout'],
  ['time_out', 'timeout'],
  ['dta', 'data'],
  ['tag', 'tags'],
  ['dryrun', 'dryRun'],
  ['status', 'state'],
  ['steps', 'step'],
  ['operation', undefined],
  ['priority', undefined],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
  ['timeout'.repeat(10_000), undefined],
])('users 9: %s is near %s', (given, near) => {
  expect(nearestWord(given, members)).toBe(near);
});

test('a word that begins with an allowed one is near', () => {
  expect(nearestWord('operation', ['op', 'item'])).toBe('op');
});
