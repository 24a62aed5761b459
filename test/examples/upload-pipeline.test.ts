import { expect, inject, test } from 'vitest';
import { runByNpm, runExample } from './support/run-example.ts';

// By its command, with the warden of the sources; the other examples are run with that of the package.
test('an upload lost between two servers is named with its last step, resumed, and backed up', async () => {
  const { code, stdout, stderr, left, warden } = await runByNpm('upload-pipeline');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toContain('ALERT  Workflow uploads: 1 item overdue.');
  expect(warden).toMatch(/^ +scan-5\.tiff {2}overdue for .+, after `copied` at /m);
  expect(warden).not.toMatch(/scan-[1-4]/);
  expect(warden.match(/ALERT/g)).toHaveLength(1);
  expect(stdout).toContain('All 5 scans are backed up: 0 waiting, 0 overdue, 0 failed.');
  expect(left).toEqual([]);
}, 150_000);

// It takes most of a minute, so not in every run of all tests.
test.runIf(inject('draws').faults === 'all')(
  'and people are notified when the incident is over',
  async () => {
    const { code, stdout, stderr, warden } = await runExample('upload-pipeline', '--until-resolved');
    expect(code, stdout + stderr).toBe(0);
    expect(warden).toMatch(/RESOLVED {2}Workflow uploads: resolved after .+\.\n\n 1 item redriven\./);
  },
  200_000,
);
