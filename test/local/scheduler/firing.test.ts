import { UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, exists, gate, queue, schedule, start } from './support.ts';

describe('a due schedule', () => {
  it('fires once, not before its time, and is deleted', async () => {
    const { client, scheduler, clock, sent, errors } = await start();
    await create(client, 'a', {}, { Input: '{"item": "a"}' });
    clock.advance(59_999);
    expect(await scheduler.fireDue()).toBe(0);
    clock.advance(1);
    expect(await scheduler.fireDue()).toBe(1);
    expect(await scheduler.fireDue()).toBe(0);
    expect(sent).toEqual([{ queue, body: '{"item": "a"}' }]);
    expect(await exists(client, 'a')).toBe(false);
    expect(errors).toEqual([]);
  });

  it('is kept and does not fire again if its ActionAfterCompletion is NONE', async () => {
    const { client, scheduler, clock, sent } = await start();
    await create(client, 'a', { ActionAfterCompletion: 'NONE' });
    clock.advance(60_000);
    await scheduler.fireDue();
    clock.advance(86_400_000);
    await scheduler.fireDue();
    expect(sent).toHaveLength(1);
    expect(await exists(client, 'a')).toBe(true);
  });

  it('fires at once if its time is past', async () => {
    const { client, scheduler, sent } = await start();
    await create(client, 'a', { ScheduleExpression: 'at(2020-01-01T00:00:00)' });
    expect(await scheduler.fireDue()).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('fires by the clocks of its time zone', async () => {
    const { client, scheduler, clock } = await start();
    const ScheduleExpression = 'at(2026-03-01T13:01:00)';
    await create(client, 'a', { ScheduleExpression, ScheduleExpressionTimezone: 'Europe/Berlin' });
    clock.advance(59_999);
    expect(await scheduler.fireDue()).toBe(0);
    clock.advance(1);
    expect(await scheduler.fireDue()).toBe(1);
  });

  it('does not fire while it is disabled', async () => {
    const { client, scheduler, clock } = await start();
    await create(client, 'a', { State: 'DISABLED' });
    clock.advance(60_000);
    expect(await scheduler.fireDue()).toBe(0);
    await client.send(new UpdateScheduleCommand(schedule('a')));
    expect(await scheduler.fireDue()).toBe(1);
  });

  it('sends a notification if it has no input', async () => {
    const { client, scheduler, clock, sent } = await start();
    const arn = await create(client, 'a', {}, { Input: undefined });
    clock.advance(60_000);
    await scheduler.fireDue();
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      time: '2026-03-01T12:01:00Z',
      resources: [arn],
    });
  });
});

describe('many due schedules', () => {
  it('fire in order of their times, at most 32 at the same time, and each once', async () => {
    const { client, scheduler, clock, sent, queues } = await start();
    const names = Array.from({ length: 100 }, (_, n) => `n${String(n).padStart(2, '0')}`);
    const at = (n: number) =>
      `at(2026-03-01T12:${String(1 + Math.floor(n / 60)).padStart(2, '0')}:${n % 60})`;
    const padded = (n: number) => at(n).replace(/:(\d)\)$/, ':0$1)');
    await Promise.all(
      names.toReversed().map((name, n) => create(client, name, { ScheduleExpression: padded(99 - n) })),
    );
    clock.advance(600_000);
    const begun: string[] = [];
    let now = 0;
    let most = 0;
    queues.take = async (_, body) => {
      begun.push(body);
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now -= 1;
    };
    expect(await scheduler.fireDue()).toBe(100);
    expect(begun).toEqual(names);
    expect(most).toBe(32);
    expect(sent).toHaveLength(100);
  });

  it('do not wait for one that is slow', async () => {
    const { client, scheduler, clock, sent, queues } = await start();
    const slow = gate();
    queues.take = async (_, body) => (body === 'slow' ? slow.promise : undefined);
    await create(client, 'slow');
    for (let n = 0; n < 40; n++) await create(client, `n${n}`);
    clock.advance(60_000);
    const fired = scheduler.fireDue();
    await expect.poll(() => sent.length).toBe(40);
    slow.resolve();
    expect(await fired).toBe(41);
  });
});

describe('jitter', () => {
  it.each([
    ['as early', 0, '2026-03-01T12:00:15.000Z'],
    ['as late', 1, '2026-03-01T12:01:45.000Z'],
    ['on time', 0.5, '2026-03-01T12:01:00.000Z'],
  ])('fires %s as the random number %d has it', async (_, number, expected) => {
    const { client, scheduler, clock } = await start({ jitterMs: 45_000, random: () => number });
    await create(client, 'a');
    clock.set(Date.parse(expected) - 1);
    expect(await scheduler.fireDue()).toBe(0);
    clock.advance(1);
    expect(await scheduler.fireDue()).toBe(1);
  });
});
