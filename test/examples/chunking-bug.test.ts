import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

test('files that lose their last chunk go overdue, their tags show that all are large, and they are resumed', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('chunking-bug');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toMatch(/ALERT {2}Workflow images: \d items? overdue\./);
  expect(warden).toContain('after `chunk 2 of 3`');
  expect(warden).not.toContain('of 1`');
  expect(stdout.match(/^ {2}\S+(?= +6 of 6)/gm)).toEqual(['  size:large']);
  expect(stdout).toContain('All 18 images are stored: 0 waiting, 0 overdue.');
  expect(left).toEqual([]);
}, 150_000);
