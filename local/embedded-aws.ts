import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { errorFields } from '../core/log.ts';
import type { Running } from '../core/running.ts';
import { type ConnectedService, connectService } from './connect-service.ts';
import { startDatabase } from './database.ts';
import { lightenClients } from './embedded-clients.ts';
import type { InProcessTransport } from './in-process-transport.ts';
import { startMessaging } from './messaging.ts';
import { sendToQueue } from './queues.ts';
import { type Scheduler, startScheduler } from './scheduler/scheduler.ts';
import { isStorageError } from './storage-error.ts';

export interface EmbeddedOptions extends Running {
  /** The folder for all data; without it everything is in memory. */
  data?: string | undefined;
  /** Timers fire up to this many milliseconds early or late. */
  jitterMs?: number | undefined;
  /** Called with each error of a store: its disk may be full. */
  onFault?: ((error: Error) => void) | undefined;
  /** From 0 for the earliest time to 1 for the latest. Math.random by default. */
  random?: (() => number) | undefined;
  /** The most workflows that registrations may create. */
  workflowLimit?: number | undefined;
}

export interface EmbeddedAws extends ConnectedService {
  /** The servers by the names that requests are signed for. None of them has a port. */
  transports: Record<'dynamodb' | 'scheduler' | 'sns' | 'sqs', InProcessTransport>;
  emulator: Scheduler;
  close(): Promise<void>;
}

/**
 * All AWS services that the warden needs, in this process. If a later part cannot start, the parts already started
 * are stopped.
 */
export async function startEmbeddedAws({
  data,
  clock,
  log,
  jitterMs = 0,
  random,
  onFault = () => {},
  workflowLimit,
}: EmbeddedOptions): Promise<EmbeddedAws> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    if (data !== undefined) mkdirSync(data, { recursive: true });
    const inData = (name: string) => (data === undefined ? undefined : join(data, name));

    // The scheduler first: its file is locked, so that two processes never share a folder.
    let sqs: SQSClient | undefined;
    const emulator = await startScheduler({
      path: inData('schedules.db') ?? ':memory:',
      clock,
      jitterMs,
      ...(random && { random }),
      onError: (error) => {
        if (isStorageError(error)) onFault(error as Error);
        log.error('scheduler emulator failed', errorFields(error));
      },
      send: async (queueArn, body) => {
        if (!sqs) throw new Error('the queues are not up yet');
        await sendToQueue(sqs, queueArn, body);
      },
    });
    closers.push(() => emulator.close());
    const database = await startDatabase(inData('tables'), onFault);
    closers.push(() => database.close());
    const messaging = await startMessaging(inData('messages'));
    closers.push(() => messaging.close());

    const transports = {
      dynamodb: database.transport,
      scheduler: emulator.transport,
      sns: messaging.transport,
      sqs: messaging.transport,
    };
    const connected = await connectService(
      transports,
      { clock, log },
      { ...(workflowLimit !== undefined && { workflowLimit }) },
    );
    closers.push(() => connected.disconnect());
    lightenClients([connected.dynamodb, connected.scheduler, connected.sns, connected.sqs]);
    sqs = connected.sqs;
    return { ...connected, transports, emulator, close };
  } catch (error) {
    await close();
    throw error;
  }
}
