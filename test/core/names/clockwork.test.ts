import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientSettings } from '../../../core/aws/client-settings.ts';
import { outageGraceMs } from '../../../core/contract/notification.ts';
import * as clockwork from '../../../core/names/clockwork.ts';

const c = clockwork;

/** Pairs of times: the first must be greater than or equal to the second. With the reason. */
const atLeast: [string, number, number][] = [
  [
    'a sweep has time to finish what it has started: a call that hangs',
    c.sweepTimeoutMs,
    c.sweepBudgetMs + c.awsCallMs,
  ],
  [
    'run-redrives has time for the page that it has started',
    c.runRedrivesTimeoutMs,
    c.runRedrivesBudgetMs + 2 * c.awsCallMs,
  ],
  ['a batch has time for what it began', c.requestTimeoutMs, c.batchBudgetMs + c.awsCallMs + c.disarmMs],
  ['a dry run has time to answer', c.requestTimeoutMs, c.dryRunBudgetMs + c.awsCallMs],
  [
    'the authorizer has time to read a token and record its use',
    c.authorizerTimeoutMs,
    c.awsCallMs + c.noteUseMs,
  ],
  ['a deletion that hangs ends long before any function', c.authorizerTimeoutMs, 10 * c.disarmMs],
  ['a try has time to connect', c.awsTryMs, c.awsConnectMs],
  [
    'a marker is not orphaned while start-redrive may still write its redrive',
    c.orphanedMarkerMs,
    c.requestTimeoutMs,
  ],
  ['whoever armed a timer has written its item, or was ended', c.settledAfterMs, c.apiGatewayLimitMs],
  ['a lost timer is none that is late', c.lostAfterMs, c.schedulerPrecisionMs + c.expiredTimersWindowMs],
  ['check-timers has reported what it marked, or was ended', c.lostAfterMs, c.checkTimersTimeoutMs],
  [
    'an incident ends only after the index shows all reports',
    c.quietBeforeEndMs,
    c.indexLagMs + c.reportedForMs,
  ],
  ['whoever opened an incident has time to publish and to record it', c.notifyingMs, 2 * c.awsCallMs],
  [
    'the timers of the end of a grace period have fired',
    c.outageNotifiedAfterMs,
    c.schedulerPrecisionMs + c.expiredTimersWindowMs,
  ],
  ['registrations are judged when all have counted', c.registrationsCountedMs, c.requestTimeoutMs],
  // A write of the settings, the life of a value read just before it, and that read itself.
  ['settings are known everywhere', c.settingsKnownMs, c.awsCallMs + c.settingsCachedMs + c.awsCallMs],
  ['an outage of the warden is known before its grace has ended', outageGraceMs, c.heartbeatCachedMs],
  [
    'the slowest sweeps leave no outage even if one of them fails',
    c.outageAfterMs,
    2 * c.slowestSweepEveryMs + c.sweepTimeoutMs,
  ],
  ['the spacing of updates ends above where it begins', c.mostSpacingMs, c.spacingMs],
];

/** Pairs of times: the first must be less than the second. With the reason. */
const less: [string, number, number][] = [
  ['callers get our answer', c.requestTimeoutMs, c.apiGatewayLimitMs],
  ['a sweep ends before the next', c.sweepTimeoutMs, c.sweepEveryMs],
  ['a run begins no page when the next run is there', c.runRedrivesBudgetMs, c.runRedrivesEveryMs],
  ['only functions that are gone lose their redrive', c.runRedrivesTimeoutMs, c.redriveLeaseMs],
  ['readings of settings end at different times', c.settingsCachedAtLeastMs, c.settingsCachedMs],
];

describe('the clockwork', () => {
  test.each(atLeast)('%s', (_why, longer, shorter) => {
    expect(longer).toBeGreaterThanOrEqual(shorter);
  });

  test.each(less)('%s', (_why, shorter, longer) => {
    expect(shorter).toBeLessThan(longer);
  });

  test('an outage is five sweeps, and a missing canary three canaries', () => {
    expect(c.outageAfterMs).toBe(5 * c.sweepEveryMs);
    expect(c.canaryWithinMs).toBe(3 * c.canaryEveryMs);
  });

  test('schedules are in whole minutes, and function timeouts in whole seconds', () => {
    for (const every of [c.sweepEveryMs, c.slowestSweepEveryMs, c.runRedrivesEveryMs]) {
      expect(every % 60_000).toBe(0);
    }
    const timeouts = Object.entries(clockwork).filter(([name]) => name.endsWith('TimeoutMs'));
    expect(timeouts.length).toBe(5);
    for (const [, timeout] of timeouts) expect(timeout % 1_000).toBe(0);
  });

  test('is used to create the AWS clients', () => {
    const { requestTimeout } = clientSettings.requestHandler;
    expect(clientSettings.maxAttempts * requestTimeout).toBe(c.awsCallMs);
  });
});

test('every time of the clockwork is used, and its name says that it is in milliseconds', async () => {
  const root = join(import.meta.dirname, '../../..');
  let text = '';
  for (const folder of ['core', 'lib', 'local']) {
    for await (const file of glob(`${folder}/**/*.ts`, { cwd: root })) {
      if (file !== 'core/names/clockwork.ts') text += readFileSync(join(root, file), 'utf8');
    }
  }
  /** Facts about AWS, which only the test above uses. */
  const facts = ['apiGatewayLimitMs', 'awsCallMs', 'indexLagMs'];
  const names = Object.keys(clockwork).filter((name) => !facts.includes(name));
  expect(names.filter((name) => !name.endsWith('Ms') && name !== 'awsTries')).toEqual([]);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
