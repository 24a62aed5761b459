import { expect, test } from 'vitest';
import { hasFindings, progressText } from '../../../../client/command-line/text/redrive-text.ts';
import type { Redrive } from '../../../../core/contract/redrive.ts';

const redrive: Redrive = {
  id: '0mm7phddtzyp8usvpl8y',
  workflow: 'uploads',
  action: 'redrive',
  state: 'done',
  rate: 20,
  filter: {},
  by: 'open',
  startedAt: '2026-03-01T12:00:00.000Z',
  matched: 1_200,
  resumed: 1_000,
  skipped: 200,
  failed: 0,
  completed: 950,
  outstanding: 0,
  errors: [],
};

test('the outcome of a redrive is no success if some of its resumed items could not be counted', () => {
  expect(hasFindings(redrive)).toBe(false);
  expect(hasFindings({ ...redrive, counted: 950 })).toBe(true);
});

test.each<[string, Partial<Redrive>]>([
  ['1,000 of 1,200 resumed; 950 completed, 200 skipped', {}],
  ['1,000 of 1,200 resumed; of the first 950: 950 completed; 200 skipped', { counted: 950 }],
  ['0 of 1,200 resumed', { resumed: 0, completed: 0, skipped: 0 }],
])('"%s"', (text, change) => {
  expect(progressText({ ...redrive, ...change })).toBe(text);
});
