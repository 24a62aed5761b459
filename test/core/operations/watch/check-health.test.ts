import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteScheduleGroupCommand } from '@aws-sdk/client-scheduler';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { HealthReply } from '../../../../core/contract/health.ts';
import { registryTable, timerGroup } from '../../../../local/names.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const minute = 60_000;

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  return warden;
}

async function health(warden: EmbeddedWarden) {
  const { status, headers, json } = await warden.request('GET', '/v1/health');
  const { status: all, checks } = HealthReply.parse(json);
  return {
    status,
    headers,
    all,
    names: checks.map(({ name }) => name),
    of: (name: string) => checks.find((check) => check.name === name),
  };
}

test('health lists what it checked, and which checks fail', async () => {
  const warden = await start();
  const healthy = await health(warden);
  expect(healthy).toMatchObject({
    status: 200,
    all: 'ok',
    names: [
      'items table',
      'registry table',
      'scheduler',
      'sweep',
      'canary',
      'expected registrations',
      'dead letters',
      'notification topic',
    ],
  });

  await warden.aws.scheduler.send(new DeleteScheduleGroupCommand({ Name: timerGroup }));
  const failing = await health(warden);
  expect(failing).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, all: 'failing' });
  expect(failing.of('scheduler')).toMatchObject({ status: 'failing', error: 'ResourceNotFoundException' });
});

test('before the first sweep the checks of sweeps and timers are unknown, which is no failure', async () => {
  const { status, of } = await health(await start());
  expect(status).toBe(200);
  expect(of('sweep')).toEqual({ name: 'sweep', status: 'unknown', tookMs: 0 });
  expect(of('canary')).toEqual({ name: 'canary', status: 'unknown', tookMs: 0 });
});

test('health says when the last sweep ended, and fails more than 5 minutes after it', async () => {
  const warden = await start();
  await warden.sweep();
  const at = '2026-03-01T12:00:00.000Z';
  warden.clock.advance(5 * minute);
  expect(await health(warden).then(({ of }) => of('sweep'))).toMatchObject({ status: 'ok', at });
  warden.clock.advance(1);
  const late = await health(warden);
  expect(late).toMatchObject({ status: 503, all: 'failing' });
  expect(late.of('sweep')).toMatchObject({ status: 'failing', at });
});

test('health says when the last canary was found and how late, and fails 15 minutes after it', async () => {
  const warden = await start();
  await warden.sweep();
  const canary = async () => (await health(warden)).of('canary');
  // It is armed, and has not fired yet.
  expect(await canary()).toEqual({ name: 'canary', status: 'ok', tookMs: 0 });
  await warden.pass(3_000);
  const found = { at: '2026-03-01T12:00:03.000Z', delayMs: 2_000 };
  const seen = { status: 'ok', ...found, recent: [found] };
  expect(await canary()).toMatchObject(seen);

  // Sweeps continue, but no timer fires.
  const sweepOnly = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed++) {
      warden.clock.advance(minute);
      await warden.sweep();
    }
  };
  await sweepOnly(15);
  expect(await canary()).toMatchObject(seen);
  await sweepOnly(1);
  const failing = await health(warden);
  expect(failing.status).toBe(503);
  expect(failing.of('canary')).toMatchObject({ ...seen, status: 'failing' });
  expect(failing.of('sweep')).toMatchObject({ status: 'ok' });

  // The timers fire after all.
  await warden.settle();
  expect(await canary()).toMatchObject({ status: 'ok' });
});

test('a canary that never fires fails 15 minutes after the first was armed, however many were armed since', async () => {
  const warden = await start();
  const canary = async () => (await health(warden)).of('canary');
  for (let minutes = 0; minutes < 15; minutes++) {
    await warden.sweep();
    warden.clock.advance(minute);
  }
  await warden.sweep();
  expect(await canary()).toEqual({ name: 'canary', status: 'ok', tookMs: 0 });
  warden.clock.advance(1);
  expect(await canary()).toEqual({ name: 'canary', status: 'failing', tookMs: 0 });
});

test('health fails while a message is in a dead-letter queue, and names the queue (P7)', async () => {
  const warden = await start();
  expect((await health(warden)).of('dead letters')).toEqual({
    name: 'dead letters',
    status: 'ok',
    tookMs: 0,
  });
  const { sqs, deadLetterQueue } = warden.aws;
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueue.url, MessageBody: 'a timer' }));
  const failing = await health(warden);
  expect(failing.status).toBe(503);
  expect(failing.of('dead letters')).toMatchObject({
    status: 'failing',
    queues: [{ queue: 'Expired-timer dead letters', messages: 1 }],
  });
});

test('a check that cannot be made is failing, not unknown', async () => {
  const warden = await start();
  await warden.aws.dynamodb.send(new DeleteTableCommand({ TableName: registryTable }));
  const { status, of } = await health(warden);
  expect(status).toBe(503);
  for (const name of ['registry table', 'sweep', 'canary']) {
    expect(of(name)).toMatchObject({ status: 'failing', error: 'ResourceNotFoundException' });
  }
  expect(of('items table')).toMatchObject({ status: 'ok' });
});
