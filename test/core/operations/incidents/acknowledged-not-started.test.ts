import { expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';

const second = 1_000;

test('the end of an acknowledgement counts items that were not started, not those of the other incident', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const workflow = warden.newWorkflow();
  const register = (item: string) => warden.register(workflow, item, { timeout: 86_400, startBy: 5 });
  await register('a');
  await warden.pass(6 * second);
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
  const path = `/v1/incidents/${json.incidents[0].id}`;
  const { status } = await warden.request('PATCH', path, { body: { acknowledged: true } });
  expect(status).toBe(200);
  await register('b');
  for (const item of ['c', 'd', 'e']) await warden.register(workflow, item, { timeout: 5 });
  await warden.pass(6 * second);
  await warden.notifications(workflow);
  warden.clock.advance(90 * second);
  await sweepOne(warden, workflow);
  const update = (await warden.notifications(workflow)).find(({ kind }) => kind === 'not-started');
  expect(update).toMatchObject({ event: 'updated', counts: { notStarted: 2 } });
  expect(update?.acknowledgementEnded?.since).toBe(1);
});
