import { expect, onTestFinished, test } from 'vitest';
import { noteRestart } from '../../../../core/operations/watch/restart-grace.ts';
import { startWarden } from '../../../support/start-warden.ts';

const minute = 60_000;

test('P2 the time of a short restart, in which nothing could be registered, is no shortfall', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const workflow = warden.newWorkflow();
  await warden.sweep();
  await warden.request('PUT', `/v1/workflows/${workflow}`, {
    body: { expect: { atLeast: 1, every: 'PT2M' } },
  });
  const kinds = async () =>
    (await warden.request('GET', `/v1/incidents?workflow=${workflow}&state=open`)).json.incidents.map(
      ({ kind }: { kind: string }) => kind,
    );
  for (let passed = 0; passed < 6; passed++) {
    await warden.register(workflow, `${passed}`, { timeout: 86_400 });
    warden.clock.advance(minute);
    await warden.sweep();
  }
  expect(await kinds()).toEqual([]);
  // Down for less than an outage.
  warden.clock.advance(4 * minute);
  await noteRestart(warden.aws.service);
  await warden.sweep();
  expect(await kinds()).toEqual([]);
  for (let passed = 0; passed < 4; passed++) {
    warden.clock.advance(minute);
    await warden.sweep();
  }
  expect(await kinds()).toEqual(['shortfall']);
});
