import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { onCallFile, onCallPage } from '../../../build/on-call.ts';
import { commandCount } from '../../support/on-call.ts';

/** Without what differs from run to run: ids, times, durations and rates. */
function comparable(page: string): string {
  return page
    .replaceAll(/\b[0-9a-z]{20}\b/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/\b\d+(?:\.\d)?[hms](?: \d+[ms])?\b/g, 'DURATION')
    .replaceAll(/ +/g, ' ');
}

test('users 2: a storm is handled from the first notification to the end with 12 commands, as docs/on-call.md shows', async () => {
  expect(commandCount).toBeLessThanOrEqual(12);
  const written = readFileSync(onCallFile, 'utf8');
  // `npm run on-call` writes it anew.
  expect(comparable(await onCallPage())).toBe(comparable(written));
});
