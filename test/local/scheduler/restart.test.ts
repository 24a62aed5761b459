import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateScheduleGroupCommand, GetScheduleGroupCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientOf, create, deadLetters, exists, start, temporaryFolder } from './support.ts';

/** A scheduler in a process of its own with the file at `path`. */
async function victim(path: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-victim.ts'), path]);
  const printed: string[] = [];
  child.stderr.on('data', (text) => printed.push(String(text)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  const [endpoint = '', accessKeyId] = (await nextLine()).split(' ');
  const ended = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return { client: clientOf({ endpoint }, accessKeyId), nextLine, kill, printed };
}

describe('after kill -9', () => {
  it('every acknowledged schedule fires, interrupted ones again, and a start prints no warning', async () => {
    const path = join(temporaryFolder(), 'schedules.sqlite');
    const { client, nextLine, kill, printed } = await victim(path);
    await create(client, 'under-way', { ScheduleExpression: 'at(2020-01-01T00:00:00)' });
    expect(await nextLine()).toBe('sending');
    const names = Array.from({ length: 50 }, (_, n) => `later${n}`);
    await Promise.all(
      names.map((name) => create(client, name, { ScheduleExpression: 'at(2999-01-01T00:00:00)' })),
    );
    await kill();
    const { scheduler, clock, sent } = await start({ path });
    await scheduler.fireDue();
    expect(sent.map(({ body }) => body)).toEqual(['under-way']);
    clock.set('2999-01-01T00:00:00Z');
    expect(await scheduler.fireDue()).toBe(50);
    expect(new Set(sent.map(({ body }) => body))).toEqual(new Set(['under-way', ...names]));
    expect(printed).toEqual([]);
  });

  it('the file is in use until then', async () => {
    const path = join(temporaryFolder(), 'schedules.sqlite');
    const { kill } = await victim(path);
    await expect(start({ path })).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    await kill();
    await start({ path });
  });
});

describe('after a restart', () => {
  it('schedules that were not due are still there and fire', async () => {
    const path = join(temporaryFolder(), 'schedules.sqlite');
    const first = await start({ path });
    await first.client.send(new CreateScheduleGroupCommand({ Name: 'mine' }));
    await create(first.client, 'a', { GroupName: 'mine' });
    await first.scheduler.close();
    const { client, scheduler, clock, sent } = await start({ path });
    expect((await client.send(new GetScheduleGroupCommand({ Name: 'mine' }))).Name).toBe('mine');
    clock.advance(60_000);
    expect(await scheduler.fireDue()).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('sent schedules are not sent again', async () => {
    const path = join(temporaryFolder(), 'schedules.sqlite');
    const first = await start({ path });
    await create(first.client, 'a', { ActionAfterCompletion: 'NONE' });
    await create(first.client, 'b');
    first.clock.advance(60_000);
    await first.scheduler.fireDue();
    await first.scheduler.close();
    const { scheduler, clock } = await start({ path });
    clock.advance(60_000);
    expect(await scheduler.fireDue()).toBe(0);
  });

  it('retries continue where they stopped', async () => {
    const path = join(temporaryFolder(), 'schedules.sqlite');
    const broken = async () => {
      throw new Error('queue is down');
    };
    const first = await start({ path, send: broken });
    const target = { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: deadLetters } };
    await create(first.client, 'a', {}, target);
    for (const wait of [60_000, 1_000]) {
      first.clock.advance(wait);
      await first.scheduler.fireDue();
    }
    await first.scheduler.close();
    const { client, scheduler, clock, queues, sent } = await start({ path });
    queues.take = async (arn) => (arn === deadLetters ? undefined : broken());
    clock.set(first.clock.now() + 1_999);
    expect(await scheduler.fireDue()).toBe(0);
    clock.advance(1);
    expect(await scheduler.fireDue()).toBe(1);
    expect(sent).toEqual([{ queue: deadLetters, body: 'a' }]);
    expect(await exists(client, 'a')).toBe(false);
  });

  it('a schedule that was due days before is tried by its whole policy', async () => {
    const { client, scheduler, clock, queues, sent } = await start();
    await create(client, 'a', {}, { DeadLetterConfig: { Arn: deadLetters } });
    clock.advance(7 * 86_400_000);
    queues.take = async () => {
      throw new Error('queue is still starting');
    };
    await scheduler.fireDue();
    queues.take = async () => {};
    clock.advance(1_000);
    await scheduler.fireDue();
    expect(sent.map(({ queue }) => queue)).not.toContain(deadLetters);
    expect(sent).toHaveLength(1);
  });
});
