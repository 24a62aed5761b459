import { DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { backoff, nextAttempt } from '../../../local/scheduler/retry-policy.ts';
import { create, deadLetters, exists, queue, start } from './support.ts';

type Options = Parameters<typeof create>[3];

/** A due schedule whose target accepts nothing; the dead-letter queue accepts everything. */
async function failing(target: Options = {}) {
  const started = await start();
  const attempts: string[] = [];
  started.queues.take = async (arn) => {
    attempts.push(`${arn === deadLetters ? 'dead' : 'target'} ${(started.clock.now() - due) / 1_000}`);
    if (arn === queue) throw new Error('queue is down');
  };
  await create(started.client, 'a', {}, { DeadLetterConfig: { Arn: deadLetters }, ...target });
  started.clock.advance(60_000);
  const due = started.clock.now();
  /** Moves time forward second by second. */
  const pass = async (seconds: number) => {
    for (let second = 0; second <= seconds; second++) {
      if (second > 0) started.clock.advance(1_000);
      await started.scheduler.fireDue();
    }
  };
  return { ...started, attempts, pass };
}

const messages = (errors: unknown[]) =>
  errors.map((error) => (error instanceof Error ? error.message : error));

describe('a send that fails', () => {
  it('is retried after 1 s, doubling to 60 s, and reported each time', async () => {
    const { attempts, pass, errors } = await failing();
    await pass(200);
    expect(attempts.map((attempt) => attempt.split(' ')[1])).toEqual(
      [0, 1, 3, 7, 15, 31, 63, 123, 183].map(String),
    );
    expect(errors).toHaveLength(9);
    expect(errors[1]).toMatchObject({
      message: expect.stringMatching(/schedule\/default\/a: attempt 2 failed/),
      cause: { message: 'queue is down' },
    });
  });

  it('is sent, and deleted, once the queue accepts it', async () => {
    const { client, pass, sent, queues } = await failing();
    await pass(2);
    queues.take = async () => {};
    await pass(100);
    expect(sent).toEqual([{ queue, body: 'a' }]);
    expect(await exists(client, 'a')).toBe(false);
  });

  it('goes to the dead-letter queue when its attempts are used up', async () => {
    const { client, attempts, pass, sent } = await failing({ RetryPolicy: { MaximumRetryAttempts: 2 } });
    await pass(200);
    expect(attempts).toEqual(['target 0', 'target 1', 'target 3', 'dead 3']);
    expect(sent).toEqual([{ queue: deadLetters, body: 'a' }]);
    expect(await exists(client, 'a')).toBe(false);
  });

  it('goes to the dead-letter queue when the next attempt would be too old', async () => {
    const { attempts, pass } = await failing({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    await pass(200);
    expect(attempts.slice(-2)).toEqual(['target 31', 'dead 31']);
  });

  it('is dropped and reported without a dead-letter queue, as AWS does', async () => {
    const { client, attempts, pass, errors, sent } = await failing({
      DeadLetterConfig: undefined,
      RetryPolicy: { MaximumRetryAttempts: 0 },
    });
    await pass(10);
    expect(attempts).toEqual(['target 0']);
    expect(messages(errors)).toEqual([
      expect.stringMatching(/attempt 1 failed/),
      expect.stringMatching(/default\/a is dropped/),
    ]);
    expect(sent).toEqual([]);
    expect(await exists(client, 'a')).toBe(false);
  });

  it('is kept for the dead-letter queue until that accepts it', async () => {
    const { client, pass, sent, queues, errors } = await failing({
      RetryPolicy: { MaximumRetryAttempts: 0 },
    });
    const attempts: string[] = [];
    queues.take = async (arn) => {
      attempts.push(arn);
      throw new Error('all is down');
    };
    await pass(4);
    expect(attempts).toEqual([queue, deadLetters, deadLetters, deadLetters]);
    expect(messages(errors).at(-1)).toMatch(/dead-letter attempt 3 failed/);
    expect(await exists(client, 'a')).toBe(true);
    queues.take = async () => {};
    await pass(4);
    expect(sent).toEqual([{ queue: deadLetters, body: 'a' }]);
    expect(await exists(client, 'a')).toBe(false);
  });

  it('is not retried once the schedule is deleted', async () => {
    const { client, attempts, pass } = await failing();
    await pass(0);
    await client.send(new DeleteScheduleCommand({ Name: 'a' }));
    await pass(100);
    expect(attempts).toEqual(['target 0']);
  });

  it('does not delay the others', async () => {
    const { client, attempts, pass, sent } = await failing();
    const other = 'arn:aws:sqs:us-east-1:000000000000:other';
    await create(client, 'b', {}, { Arn: other });
    await pass(0);
    expect(attempts).toHaveLength(2);
    expect(sent).toEqual([{ queue: other, body: 'b' }]);
  });
});

describe('the retry policy', () => {
  it('waits 60 s at most', () => {
    expect([1, 2, 3, 6, 7, 185].map(backoff)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('allows as many retries as it says, after the first attempt', () => {
    const policy = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };
    expect(nextAttempt(policy, 185, 0, 0)).toBe(60_000);
    expect(nextAttempt(policy, 186, 0, 0)).toBeUndefined();
    expect(nextAttempt({ ...policy, MaximumRetryAttempts: 0 }, 1, 0, 0)).toBeUndefined();
  });

  it('allows a retry at the very end of its age', () => {
    const policy = { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 185 };
    expect(nextAttempt(policy, 1, 1_000, 60_000)).toBe(61_000);
    expect(nextAttempt(policy, 1, 1_000, 60_001)).toBeUndefined();
  });
});
