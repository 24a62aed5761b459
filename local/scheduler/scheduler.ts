import type { Clock } from '../../core/clock.ts';
import { GroupCommit } from '../group-commit.ts';
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
  /** A file, which is created if it does not exist and which no other process can use meanwhile; or `:memory:`. */
  readonly path: string;
  readonly clock: Clock;
  /**
   * Puts `body` on a queue. Rejects if the queue does not accept it. It must settle some time, because close() waits
   * for it.
   */
  readonly send: (queueArn: string, body: string) => Promise<void>;
  /** Each schedule fires up to this many milliseconds early or late. The difference is drawn when it is created. */
  readonly jitterMs?: number;
  /** Returns a number from 0 to 1, like Math.random. */
  readonly random?: () => number;
  /** Called for every failed send, every dropped schedule, and every fault of the emulator itself. */
  readonly onError: (error: unknown) => void;
}

export interface Scheduler {
  /** The `requestHandler` of the SDK's client. The emulator listens nowhere. */
  readonly transport: InProcessTransport;
  /**
   * How many calls of each operation arrived, including refused ones. Operations that were never called are missing.
   */
  readonly requests: Partial<Record<OperationName, number>>;
  /** Fires by itself from now on. */
  run(): void;
  /** Fires everything that is due by the clock. Resolves to the number of messages that queues accepted. */
  fireDue(): Promise<number>;
  /** Answers nothing more. Resolves when sends under way have ended, and the file is free. */
  close(): Promise<void>;
}

/**
 * Amazon EventBridge Scheduler for a laptop and for tests: one-off schedules to SQS, fired at least once.
 *
 * Rejects with a DataError if `path` is in use (DATA_IN_USE) or is not an intact database (DATA_CORRUPT).
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { clock, send, onError, jitterMs = 0, random = Math.random } = options;
  const database = openDatabase(options.path, clock.now());
  try {
    const commits = new GroupCommit(database);
    const groups = new GroupStore(database, commits);
    const schedules = new ScheduleStore(database, commits);
    const firing = new Firing({ store: new DueStore(database, commits), clock, send, onError });
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
    const transport = new InProcessTransport(
      requestListener({ operations, onCall, onError, kept: () => commits.settled() }),
    );
    let closing: Promise<void> | undefined;
    return {
      transport,
      requests,
      run: () => firing.run(),
      fireDue: () => firing.fireDue(),
      close() {
        transport.close();
        closing ??= firing.close().then(() => {
          commits.flush();
          database.close();
        });
        return closing;
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
