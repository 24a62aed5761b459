import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { create, gate, start } from './support.ts';

const at = (ms: number) => `at(${new Date(ms).toISOString().slice(0, 19)})`;

describe('the running loop', () => {
  // Only these are faked: the requests use real sockets.
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'Date'],
      now: Date.parse('2026-03-01T12:00:00Z'),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function running() {
    const started = await start({ clock: systemClock });
    started.scheduler.run();
    return started;
  }

  /** Moves the clock and the timers. */
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('fires at the time, not before', async () => {
    const { client, sent } = await running();
    await create(client, 'a');
    await pass(59_999);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toHaveLength(1);
  });

  it('fires a schedule 30 days away on time: longer than setTimeout can wait', async () => {
    const { client, sent } = await running();
    await create(client, 'a', { ScheduleExpression: at(Date.now() + 30 * 86_400_000) });
    vi.advanceTimersByTime(30 * 86_400_000 - 1);
    await pass(0);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toHaveLength(1);
  });

  it('wakes for an earlier schedule that is created while it waits', async () => {
    const { client, sent } = await running();
    await create(client, 'later');
    await create(client, 'earlier', { ScheduleExpression: 'at(2026-03-01T12:00:10)' });
    await pass(10_000);
    expect(sent.map(({ body }) => body)).toEqual(['earlier']);
  });

  it('notices within a minute that the clock has jumped, as when a laptop slept', async () => {
    const { client, sent } = await running();
    await create(client, 'a', { ScheduleExpression: 'at(2026-03-02T12:00:00)' });
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(sent).toEqual([]);
    await pass(60_000);
    expect(sent).toHaveLength(1);
  });

  it('retries by itself', async () => {
    const { client, queues, sent } = await running();
    queues.take = async () => {
      throw new Error('queue is down');
    };
    await create(client, 'a');
    await pass(60_000);
    queues.take = async () => {};
    await pass(999);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toHaveLength(1);
  });

  it('stops when it is closed, once the current sends have ended', async () => {
    const { client, scheduler, queues, sent, errors } = await running();
    const [begun, end] = [gate(), gate()];
    queues.take = async () => {
      begun.resolve();
      await end.promise;
    };
    await create(client, 'a');
    await create(client, 'b', { ScheduleExpression: 'at(2026-03-01T12:01:01)' });
    await pass(60_000);
    await begun.promise;
    client.destroy();
    let closed = false;
    const closing = scheduler.close().then(() => {
      closed = true;
    });
    await pass(60_000);
    expect(closed).toBe(false);
    end.resolve();
    await closing;
    await pass(60_000);
    expect(errors).toEqual([]);
    expect(sent.map(({ body }) => body)).toEqual(['a']);
  });
});

it('fires by the real clock and real timers', async () => {
  // The only test in real time: the others would not notice if timers were never set.
  const { client, scheduler, sent } = await start({ clock: systemClock, jitterMs: 0 });
  scheduler.run();
  await create(client, 'a', { ScheduleExpression: at(Date.now()) });
  await expect.poll(() => sent.length, { interval: 5, timeout: 2_000 }).toBe(1);
});
