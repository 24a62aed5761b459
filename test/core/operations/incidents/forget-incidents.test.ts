import { afterAll, beforeEach, expect, test } from 'vitest';
import { newIncident } from '../../../../core/model/incident/incident-record.ts';
import { forgetIncidents } from '../../../../core/operations/incidents/forget-incidents.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const dayMs = 86_400_000;
let warden: EmbeddedWarden | undefined;
let now: number;

beforeEach(async () => {
  await warden?.close();
  warden = await startWarden();
  now = warden.clock.now();
});
afterAll(() => warden?.close());

function incidents() {
  if (warden === undefined) throw new Error('no warden was started');
  return warden.aws.service.incidents;
}

/** Stores a past incident of the workflow with this name. */
async function past(workflow: string, { openedDaysAgo = 0, resolvedDaysAgo = 0 }): Promise<void> {
  const opened = newIncident(workflow, 'overdue', now - openedDaysAgo * dayMs);
  const resolvedAt = new Date(now - resolvedDaysAgo * dayMs).toISOString();
  await incidents().past.put({ ...opened, resolvedAt });
}

async function forget(limits: { most?: number; until?: number } = {}): Promise<string[]> {
  const { incidents, outcomes, clock } = warden?.aws.service ?? {};
  if (!incidents || !outcomes || !clock) throw new Error('no warden was started');
  const bounds = { before: now - 90 * dayMs, most: 10, until: now + 1_000, ...limits };
  await forgetIncidents({ incidents, outcomes, clock }, bounds);
  const left: string[] = [];
  for await (const incident of incidents.past.all()) left.push('error' in incident ? '?' : incident.workflow);
  return left;
}

test('incidents that were resolved before the time are deleted, whatever incidents lie between them', async () => {
  await past('long', { openedDaysAgo: 200, resolvedDaysAgo: 10 });
  await past('old', { openedDaysAgo: 120, resolvedDaysAgo: 119 });
  await past('at-the-time', { openedDaysAgo: 95, resolvedDaysAgo: 90 });
  await past('new', { openedDaysAgo: 2, resolvedDaysAgo: 1 });
  expect(await forget()).toEqual(['long', 'at-the-time', 'new']);
});

test('only a limited number is deleted at once, the oldest first', async () => {
  for (const days of [104, 103, 102, 101]) {
    await past(`of-${days}`, { openedDaysAgo: days, resolvedDaysAgo: days - 1 });
  }
  expect(await forget({ most: 2 })).toEqual(['of-102', 'of-101']);
  expect(await forget({ most: 2 })).toEqual([]);
});

test('none is deleted once the time is up', async () => {
  await past('old', { openedDaysAgo: 120, resolvedDaysAgo: 119 });
  expect(await forget({ until: now })).toEqual(['old']);
});
