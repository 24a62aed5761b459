import { expect, onTestFinished, test } from 'vitest';
import { isClaimed } from '../../../../core/model/incident/pacing.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';

const second = 1_000;

test('a digest leaves out what another function is about to send; the next one has it (P6, P3)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const { incidents, budget } = warden.aws.service;
  const workflow = warden.newWorkflow();
  const fail = async (item: string) => {
    await warden.register(workflow, item, { timeout: 86_400 });
    await warden.progress(workflow, item, { failed: { reason: 'no disk' } });
  };
  await fail('a');
  expect(await warden.notifications(workflow)).toHaveLength(1);
  warden.clock.advance(90 * second);
  await fail('b');
  const seen = await incidents.open.read(workflow, 'overdue');
  expect(seen && (await incidents.open.claim(seen))).toBe(true);
  while (await budget.take('notification'));
  await sweepOne(warden, workflow);
  expect(await warden.published()).toEqual([]);
  // That function was stopped.
  warden.clock.advance(60 * second);
  await sweepOne(warden, workflow);
  expect(await warden.notifications(workflow)).toMatchObject([{ event: 'updated', counts: { failed: 2 } }]);
});

test('a clock that was set back makes no claim last longer (P3)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const { incidents } = warden.aws.service;
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 86_400 });
  // The function that opened it was stopped.
  const { incident } = await incidents.open.report(workflow, 'overdue', {}, true);
  expect(await incidents.open.claim(incident)).toBe(false);
  warden.clock.set(warden.clock.now() - 3_600 * second);
  expect(isClaimed(incident, warden.clock.now())).toBe(false);
  expect(await incidents.open.claim(incident)).toBe(true);
});
