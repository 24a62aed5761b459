import { expect, onTestFinished, test } from 'vitest';
import { announce } from '../../../../core/operations/incidents/announce.ts';
import { itemRecord } from '../../../support/item-record.ts';
import { startWarden } from '../../../support/start-warden.ts';

test('of many functions that would send the same notification, one spends the budget (P6)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const { service } = warden.aws;
  const workflow = warden.newWorkflow();
  await service.registry.ensureWorkflow(workflow);
  const { incident } = await service.incidents.open.report(workflow, 'overdue');
  const reported = { incident, opened: false, records: [itemRecord({ workflow, state: 'overdue' })] };
  await Promise.all(Array.from({ length: 8 }, () => announce(service, reported)));
  expect(await warden.notifications(workflow)).toHaveLength(1);
  // Three more in this second.
  const left = [];
  for (let tries = 0; tries < 5; tries++) left.push(await service.budget.take('notification'));
  expect(left).toEqual([true, true, true, false, false]);
});

test('a claim for which there is no budget is released (P3)', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const { service } = warden.aws;
  const workflow = warden.newWorkflow();
  await service.registry.ensureWorkflow(workflow);
  const { incident } = await service.incidents.open.report(workflow, 'overdue');
  const reported = { incident, opened: false, records: [itemRecord({ workflow, state: 'overdue' })] };
  // Other functions have used it up, which this one does not know yet.
  const budget = Object.assign(Object.create(service.budget), {
    isUsedUp: () => false,
    take: () => Promise.resolve(false),
  });
  await announce({ ...service, budget }, reported);
  expect(await warden.notifications(workflow)).toHaveLength(0);
  await announce(service, reported);
  expect(await warden.notifications(workflow)).toHaveLength(1);
});
