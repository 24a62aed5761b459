import { DeleteScheduleGroupCommand } from '@aws-sdk/client-scheduler';
import { expect, onTestFinished, test } from 'vitest';
import { timerGroup } from '../../../local/names.ts';
import { startWarden } from '../../support/warden.ts';

test('health says what it checked, and which of it fails', async () => {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  const healthy = await warden.request('GET', '/v1/health');
  expect(healthy).toMatchObject({ status: 200, json: { status: 'ok' } });
  expect(healthy.json.checks.map(({ name }: { name: string }) => name)).toEqual([
    'items table',
    'registry table',
    'scheduler',
  ]);

  await warden.aws.scheduler.send(new DeleteScheduleGroupCommand({ Name: timerGroup }));
  const failing = await warden.request('GET', '/v1/health');
  expect(failing).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    json: { status: 'failing' },
  });
  expect(failing.json.checks[2]).toMatchObject({
    name: 'scheduler',
    status: 'failing',
    error: 'ResourceNotFoundException',
  });
});
