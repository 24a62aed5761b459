import { expect, onTestFinished, test } from 'vitest';
import type { PublishedNotification } from '../../core/contract/digest.ts';
import { mostNotifications } from '../../core/model/warden/notification-budget.ts';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { Faults } from '../support/faults.ts';
import { sized } from '../support/sized.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

const second = 1_000;
const minute = 60_000;

interface Sent {
  message: PublishedNotification;
  at: number;
}

async function start(): Promise<{ warden: EmbeddedWarden; faults: Faults }> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  knowEmptyQueues(warden);
  const faults = new Faults(warden);
  // The first sweep of a service finds no outage.
  await warden.sweep();
  return { warden, faults };
}

/** One item in each of so many workflows, all due at the same time. */
async function registerInEach(warden: EmbeddedWarden, workflows: readonly string[]): Promise<void> {
  for (const workflow of workflows) await warden.register(workflow, 'one', { timeout: 30 });
}

/** Everything that is sent, sorted by time, with no more in any second and any minute than the budget allows. */
function expectCalm(sent: readonly Sent[]): void {
  for (const { at } of sent) {
    const within = (ms: number) => sent.filter((other) => other.at >= at && other.at < at + ms).length;
    expect(within(second)).toBeLessThanOrEqual(mostNotifications.perSecond);
    expect(within(minute)).toBeLessThanOrEqual(mostNotifications.perMinute);
  }
}

/** The workflows of which people were notified, alone or in a digest. */
function toldOf(sent: readonly Sent[], event: string): Set<string> {
  const told = sent.flatMap(({ message }) =>
    message.event === 'digest' ? message.incidents : [{ event: message.event, workflow: message.workflow }],
  );
  return new Set(told.filter((one) => one.event === event).map(({ workflow }) => workflow));
}

async function collect(warden: EmbeddedWarden, sent: Sent[]): Promise<void> {
  sent.push(...(await warden.published()).map((message) => ({ message, at: Date.parse(message.at) })));
}

test('security H3: many workflows with an incident in one second are told of by few notifications and a digest (P6, P3)', async () => {
  const { warden, faults } = await start();
  const workflows = Array.from({ length: sized(50, 400) }, () => warden.newWorkflow());
  await registerInEach(warden, workflows);
  const sent: Sent[] = [];
  const started = warden.clock.now() + 30 * second;
  const [silenced = '', ...others] = workflows;
  const until = new Date(started + 100 * second).toISOString();
  await warden.request('PUT', `/v1/workflows/${silenced}/silence`, { body: { until, reason: 'works' } });
  await warden.pass(30 * second);
  await collect(warden, sent);
  expect(sent.length).toBeGreaterThan(0);

  // The next sweep is killed while it records what it has told of, and so is the one after that.
  for (const at of ['PublishCommand', 'UpdateItemCommand']) {
    warden.clock.advance(40 * second);
    faults.interleaveAt(at, async () => faults.crashAt(1, 'before'));
    await expect(warden.sweep()).rejects.toThrow();
    faults.revive();
    await collect(warden, sent);
  }
  for (let minutes = 0; minutes < 2; minutes++) {
    await warden.pass(40 * second);
    await warden.sweep();
    await collect(warden, sent);
  }
  expectCalm(sent);
  const inTime = sent.filter(({ at }) => at <= started + 3 * minute);
  expect([...toldOf(inTime, 'opened')].sort()).toEqual([silenced, ...others].sort());
  expect(sent.filter(({ message }) => message.event === 'digest').length).toBeGreaterThan(0);

  for (const workflow of workflows) await warden.complete(workflow, 'one');
  for (let minutes = 0; minutes < 3; minutes++) {
    await warden.pass(minute);
    await warden.sweep();
    await collect(warden, sent);
  }
  expectCalm(sent);
  expect([...toldOf(sent, 'resolved')].sort()).toEqual(workflows.toSorted());
  // All of it is done: nothing is left to be told.
  const before = sent.length;
  await warden.passSweeping(2 * minute);
  await collect(warden, sent);
  expect(sent.length).toBe(before);
}, 60_000);
