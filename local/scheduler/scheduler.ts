import type { Clock } from '../../core/clock.ts';
import { InProcessTransport } from '../in-process-transport.ts';
import { openDatabase } from './database.ts';
import { DueStore } from './due-store.ts';
import { Firing } from './firing.ts';
import { groupOperations } from './group-operations.ts';
import { GroupStore } from './group-store.ts';
import type { OperationName } from './routes.ts';
import { scheduleListing } from './schedule-list.ts';
import { scheduleOperations } from './schedule-operations.ts';
import { ScheduleStore } from './schedule-store.ts';
import { requestListener } from './server.ts';

export interface SchedulerOptions {
  /** A file, made if need be, for this process alone; or `:memory:`. */
  readonly path: string;
  readonly clock: Clock;
  /** Puts `body` on a queue; rejects if the queue does not take it. It must end some time: close() waits. */
  readonly send: (queueArn: string, body: string) => Promise<void>;
  /** Milliseconds: each schedule fires at a random moment, drawn when it is made, up to so much early or late. */
  readonly jitterMs?: number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
  /** Called with every send that failed, every event dropped, and faults of the emulator itself. */
  readonly onError: (error: unknown) => void;
}

export interface Scheduler {
  /** The `requestHandler` of the SDK's client. The emulator listens nowhere. */
  readonly transport: InProcessTransport;
  /** How many calls of each operation came in, refused ones as well. An operation never called is not in it. */
  readonly requests: Partial<Record<OperationName, number>>;
  /** From now on, fires by itself. */
  run(): void;
  /** Fires all that is due by the clock now; resolves to how many messages queues took. */
  fireDue(): Promise<number>;
  /** Answers nothing more. Resolves when sends under way have ended, and the file is free. */
  close(): Promise<void>;
}

/**
 * Amazon EventBridge Scheduler for a laptop and for tests: one-off schedules to SQS, fired at least once.
 * Rejects with a DataError if `path` is in use (DATA_IN_USE) or no sound database (DATA_CORRUPT).
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { clock, send, onError, jitterMs = 0, random = Math.random } = options;
  const database = openDatabase(options.path, clock.now());
  try {
    const groups = new GroupStore(database);
    const schedules = new ScheduleStore(database);
    const firing = new Firing({ store: new DueStore(database), clock, send, onError });
    const delay = () => (2 * random() - 1) * jitterMs;
    const operations = {
      ...groupOperations(groups, clock),
      ...scheduleListing(schedules, groups),
      ...scheduleOperations({ schedules, groups, clock, delay, changed: () => firing.wake() }),
    };
    const requests: Partial<Record<OperationName, number>> = {};
    const onCall = (operation: OperationName) => {
      requests[operation] = (requests[operation] ?? 0) + 1;
    };
    const transport = new InProcessTransport(requestListener({ operations, onCall, onError }));
    let closing: Promise<void> | undefined;
    return {
      transport,
      requests,
      run: () => firing.run(),
      fireDue: () => firing.fireDue(),
      close() {
        transport.close();
        closing ??= firing.close().then(() => database.close());
        return closing;
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
