import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  SchedulerClient,
  type SchedulerClientConfig,
} from '@aws-sdk/client-scheduler';
import { onTestFinished } from 'vitest';
import { type SchedulerOptions, startScheduler } from '../../../local/scheduler/scheduler.ts';
import { ManualClock } from '../../support/manual-clock.ts';

export const queue = 'arn:aws:sqs:us-east-1:000000000000:timers';
export const deadLetters = 'arn:aws:sqs:us-east-1:000000000000:dead';
export const role = 'arn:aws:iam::000000000000:role/scheduler';

/** The SDK's own client, without its retries, so that every request counted is one that a test made. */
export function clientOf(
  to: Pick<SchedulerClientConfig, 'endpoint' | 'requestHandler'>,
  accessKeyId = 'local',
) {
  const client = new SchedulerClient({
    endpoint: 'http://127.0.0.1',
    ...to,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A started scheduler at 2026-03-01T12:00:00Z. `queues.take` decides what happens to a message. */
export async function start(options: Partial<SchedulerOptions> = {}) {
  const clock = new ManualClock();
  const sent: { queue: string; body: string }[] = [];
  const errors: unknown[] = [];
  const queues = { take: async (_queue: string, _body: string): Promise<void> => {} };
  const scheduler = await startScheduler({
    path: ':memory:',
    clock,
    send: async (arn, body) => {
      await queues.take(arn, body);
      sent.push({ queue: arn, body });
    },
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => scheduler.close());
  return {
    scheduler,
    client: clientOf({ requestHandler: scheduler.transport }),
    clock,
    sent,
    errors,
    queues,
  };
}

/** A schedule that AWS accepts, like those of the product: due at 12:01, deleted after it. */
export function schedule(
  Name: string,
  change: Partial<CreateScheduleCommandInput> = {},
  target: Partial<CreateScheduleCommandInput['Target']> = {},
): CreateScheduleCommandInput {
  return {
    Name,
    ScheduleExpression: 'at(2026-03-01T12:01:00)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: queue, RoleArn: role, Input: Name, ...target },
    ...change,
  };
}

export async function create(
  client: SchedulerClient,
  ...input: Parameters<typeof schedule>
): Promise<string | undefined> {
  return (await client.send(new CreateScheduleCommand(schedule(...input)))).ScheduleArn;
}

export async function exists(client: SchedulerClient, Name: string): Promise<boolean> {
  try {
    await client.send(new GetScheduleCommand({ Name }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
}

/** Holds a send until a test lets it go. It opens at the end of the test, because close() waits for sends. */
export function gate() {
  const held = Promise.withResolvers<void>();
  onTestFinished(() => held.resolve());
  return held;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'warden-scheduler-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
