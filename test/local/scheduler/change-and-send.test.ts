import { DeleteScheduleCommand, GetScheduleCommand, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { create, exists, gate, schedule, start } from './support.ts';

describe('a change', () => {
  it('before the send starts prevents it', async () => {
    const { client, scheduler, clock, sent } = await start();
    await create(client, 'a');
    clock.advance(60_000);
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    await scheduler.fireDue();
    expect(sent).toEqual([]);
  });

  async function duringSend() {
    const started = await start();
    const { client, clock, queues, scheduler } = started;
    const [begun, end] = [gate(), gate()];
    queues.take = async () => {
      begun.resolve();
      await end.promise;
    };
    await create(client, 'a');
    clock.advance(60_000);
    const fired = scheduler.fireDue();
    await begun.promise;
    return { ...started, fired, end };
  }

  it('by deletion during the send ends the schedule, even if the send fails', async () => {
    const { client, scheduler, clock, fired, end, errors } = await duringSend();
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    end.reject(new Error('queue is down'));
    await fired;
    clock.advance(3_600_000);
    expect(await scheduler.fireDue()).toBe(0);
    expect(errors).toHaveLength(1);
  });

  it('to a new schedule of the same name during the send is not undone when the send ends', async () => {
    const { client, scheduler, clock, fired, end, sent } = await duringSend();
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    await create(client, 'a', { ScheduleExpression: 'at(2026-03-01T13:00:00)' }, { Input: 'second' });
    end.resolve();
    await fired;
    expect(await exists(client, 'a')).toBe(true);
    clock.set('2026-03-01T13:00:00Z');
    expect(await scheduler.fireDue()).toBe(1);
    expect(sent.map(({ body }) => body)).toEqual(['a', 'second']);
  });

  it('by an update during the send is neither undone nor delayed when the send fails', async () => {
    const { client, scheduler, clock, fired, end, queues } = await duringSend();
    await client.send(
      new UpdateScheduleCommand(schedule('a', { ScheduleExpression: 'at(2026-03-01T13:00:00)' })),
    );
    end.reject(new Error('queue is down'));
    await fired;
    queues.take = async () => {};
    clock.set('2026-03-01T12:59:59Z');
    expect(await scheduler.fireDue()).toBe(0);
    clock.set('2026-03-01T13:00:00Z');
    expect(await scheduler.fireDue()).toBe(1);
  });

  it('to a time in the past, during the send, waits for the send to end', async () => {
    const { client, scheduler, fired, end, sent } = await duringSend();
    await client.send(new UpdateScheduleCommand(schedule('a', {}, { Input: 'second' })));
    const again = scheduler.fireDue();
    expect((await client.send(new GetScheduleCommand({ Name: 'a' }))).Target?.Input).toBe('second');
    expect(sent).toEqual([]);
    end.resolve();
    await Promise.all([fired, again]);
    expect(sent.map(({ body }) => body)).toEqual(['a', 'second']);
  });
});
