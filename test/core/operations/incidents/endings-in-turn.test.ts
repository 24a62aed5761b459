import { expect, onTestFinished, test } from 'vitest';
import { incidentRecord } from '../../../support/incident-record.ts';
import { tickWithCalls } from '../../../support/incident-watch.ts';
import { startWarden } from '../../../support/start-warden.ts';

const minute = 60_000;

test('ends that wait for the end of a silence keep no other end from being told (P8)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  await warden.sweep();
  const { ending } = warden.aws.service.incidents;
  const [silenced, other] = [warden.newWorkflow(), warden.newWorkflow()];
  for (const workflow of [silenced, other]) await warden.aws.service.registry.ensureWorkflow(workflow);
  const until = new Date(warden.clock.now() + 24 * 60 * minute).toISOString();
  await warden.request('PUT', `/v1/workflows/${silenced}/silence`, { body: { until, reason: 'moving' } });
  const resolvedAt = new Date(warden.clock.now()).toISOString();
  const end = (id: string, workflow: string) =>
    ending.put(incidentRecord({ id, workflow, notified: 1, resolvedAt }));
  // Ids order by time, so these are older.
  for (let index = 10; index < 70; index++) await end(`0mm7p89qggcxdsuunw${index}`, silenced);
  await end('1mm7p89qggcxdsuunwre', other);
  // As if each call took that long: a sweep does not get round.
  tickWithCalls(warden, 50);
  for (let sweeps = 0; sweeps < 6; sweeps++) {
    const started = warden.clock.now();
    await warden.sweep();
    warden.clock.set(Math.max(started + minute, warden.clock.now()));
  }
  expect((await warden.notifications(other)).map(({ event }) => event)).toEqual(['resolved']);
});
