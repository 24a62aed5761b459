import { expect, onTestFinished, test } from 'vitest';
import { HealthReply } from '../../../../core/contract/health.ts';
import { sweepBudgetMs } from '../../../../core/names/clockwork.ts';
import { walkWorkflows } from '../../../../core/operations/watch/walk-workflows.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { tickWithCalls } from '../../../support/incident-watch.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const minute = 60_000;
const fourMinutes = 4 * minute;

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  knowEmptyQueues(warden);
  onTestFinished(() => warden.close());
  await warden.sweep();
  return warden;
}

async function openIncidents(warden: EmbeddedWarden, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, () => warden.newWorkflow());
  for (const name of names) {
    await warden.register(name, 'one', { timeout: 86_400 });
    await warden.progress(name, 'one', { failed: { reason: 'the disk is full' } });
  }
  return names;
}

/** An item past its deadline in a minute, whose timer never comes. */
async function registerLost(warden: EmbeddedWarden, workflow: string): Promise<number> {
  await warden.register(workflow, 'lost', { timeout: 60 });
  const record = await warden.aws.service.items.readOpen(workflow, 'lost');
  if (record) await warden.aws.service.timers.disarm(record.timer);
  return Date.parse(record?.deadline ?? '');
}

/** Sweeps every minute. Returns how long the sweeps took. */
async function sweepUntil(warden: EmbeddedWarden, end: number): Promise<number[]> {
  const took: number[] = [];
  while (warden.clock.now() < end) {
    const started = warden.clock.now();
    await warden.sweep();
    took.push(warden.clock.now() - started);
    warden.clock.set(Math.max(started + minute, warden.clock.now()));
  }
  return took;
}

const unfinished = ({ logLines }: EmbeddedWarden) =>
  logLines.filter((line) => line.includes('"SweepUnfinished":1')).length;

test('security H4: more open incidents than a sweep has time for keep it from no other workflow (P1, P8)', async () => {
  const warden = await start();
  const open = await openIncidents(warden, 40);
  const victims = Array.from({ length: 3 }, () => warden.newWorkflow());
  const expecting = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${expecting}`, {
    body: { expect: { atLeast: 1, every: 'PT1M' } },
  });
  let deadline = 0;
  for (const victim of [...victims, ...open]) deadline = await registerLost(warden, victim);
  // As if each call took that long: the open incidents alone take more than a sweep.
  tickWithCalls(warden, 60);
  const took = await sweepUntil(warden, deadline + fourMinutes);

  expect(Math.max(...took)).toBeGreaterThan(sweepBudgetMs);
  expect(unfinished(warden)).toBeGreaterThan(0);
  for (const victim of victims) {
    const { json } = await warden.read(victim, 'lost');
    expect(json).toMatchObject({ state: 'overdue', caughtBy: 'sweep' });
    expect(Date.parse(json.overdueAt) - deadline).toBeLessThanOrEqual(fourMinutes);
  }
  // Too few registrations of another workflow are noticed as well.
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${expecting}`);
  expect(json.incidents).toHaveLength(1);
});

test('security H4, M5: sweeps that do not get round show in health, until one does', async () => {
  const warden = await start();
  const sweepHealth = async () => {
    const { json } = await warden.request('GET', '/v1/health');
    return HealthReply.parse(json).checks.find(({ name }) => name === 'sweep');
  };
  const { state } = warden.aws.service;
  const record = (isUnfinished: boolean) =>
    state.recordSweep(new Date(warden.clock.now()).toISOString(), { isUnfinished });
  await record(true);
  const unfinishedSince = new Date(warden.clock.now()).toISOString();
  for (let minutes = 0; minutes < 5; minutes++) {
    warden.clock.advance(minute);
    await record(true);
  }
  expect(await sweepHealth()).toMatchObject({ status: 'ok', unfinishedSince });
  warden.clock.advance(minute);
  await record(true);
  expect(await sweepHealth()).toMatchObject({ status: 'failing', unfinishedSince });
  await record(false);
  const finished = await sweepHealth();
  expect(finished).toMatchObject({ status: 'ok' });
  expect(finished).not.toHaveProperty('unfinishedSince');
});

test('security H4: each sweep continues where the last one stopped, with open incidents and without', async () => {
  const warden = await start();
  const { service } = warden.aws;
  const open = Array.from({ length: 30 }, () => warden.newWorkflow());
  const others = Array.from({ length: 30 }, () => warden.newWorkflow());
  for (const name of [...open, ...others]) await service.registry.ensureWorkflow(name);
  const rounds: string[][] = [];
  const attempt = async (_: string, __: object, work: () => Promise<unknown>) => void (await work());
  for (let round = 0; round < 4; round++) {
    const seen: string[] = [];
    const walked = await walkWorkflows(
      service,
      open,
      warden.clock.now() + sweepBudgetMs,
      attempt,
      async (name) => {
        seen.push(name);
        warden.clock.advance(1_900);
      },
    );
    expect(walked.isUnfinished).toBe(true);
    await service.state.recordSweep(new Date(warden.clock.now()).toISOString(), walked);
    rounds.push(seen);
  }
  for (const all of [open, others]) {
    const inOrder = rounds.map((seen) => seen.filter((name) => all.includes(name)));
    for (const names of inOrder) expect(names.length).toBeGreaterThan(5);
    // All the way round, without one twice before the last of them.
    const taken = inOrder.flat();
    expect(new Set(taken.slice(0, all.length)).size).toBe(all.length);
    expect(taken.slice(0, taken.length - all.length)).toEqual(taken.slice(all.length));
  }
});
