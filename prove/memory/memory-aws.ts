import type { Clock } from '../../core/clock.ts';
import { expiryAttribute } from '../../core/names/tables.ts';
import type { Around } from './around.ts';
import type { Disturbances, Service } from './disturbances.ts';
import { DynamoDB } from './dynamodb/dynamodb.ts';
import { MemoryTransport, type Shared } from './memory-transport.ts';
import { Sns } from './notifications/sns.ts';
import { Queues } from './queues/queues.ts';
import { Sqs } from './queues/sqs.ts';
import { Scheduler } from './scheduler/scheduler.ts';

export interface MemoryOptions {
  /** The time of AWS itself: of visibility timeouts, index lag, timers and TTL. It is moved by hand; nothing here waits. */
  clock: Clock;
  /**
   * From 0 to 1, like Math.random: the order of results that AWS returns in no order. Without it, the order is always
   * the same.
   */
  random?: () => number;
  disturbances?: Disturbances;
}

/**
 * DynamoDB, EventBridge Scheduler, SNS and SQS in memory: exactly the parts that the warden uses, as functions of the
 * calls, the clock and the disturbances. Each is the `requestHandler` of the SDK's client.
 */
export class MemoryAws {
  readonly transports: Record<Service, MemoryTransport>;
  readonly #dynamodb: DynamoDB;
  readonly #scheduler: Scheduler;
  readonly #sns: Sns;
  readonly #queues: Queues;
  readonly #shared: Shared;
  #around: Around;

  constructor(options: MemoryOptions) {
    this.#around = aroundOf(options);
    this.#shared = { disturbances: this.#around.disturbances, isClosed: false, calls: 0 };
    const around = () => this.#around;
    this.#queues = new Queues(around);
    this.#dynamodb = new DynamoDB(around);
    this.#scheduler = new Scheduler(this.#queues, around);
    this.#sns = new Sns(this.#queues, around);
    this.transports = {
      dynamodb: new MemoryTransport(this.#dynamodb, this.#shared),
      scheduler: new MemoryTransport(this.#scheduler, this.#shared),
      sns: new MemoryTransport(this.#sns, this.#shared),
      sqs: new MemoryTransport(new Sqs(this.#queues, around), this.#shared),
    };
  }

  /**
   * Empties all tables, queues and schedules and begins anew with other options. Tables, queues, topics and subscriptions
   * stay, which saves each history their creation.
   */
  reset(options: MemoryOptions): void {
    this.#around = aroundOf(options);
    this.#shared.disturbances = this.#around.disturbances;
    this.#shared.calls = 0;
    this.#dynamodb.clear();
    this.#scheduler.schedules.clear();
    this.#sns.clear();
    this.#queues.clear();
  }

  /** From now on these faults happen. */
  disturb(disturbances: Disturbances): void {
    this.#around = { ...this.#around, disturbances };
    this.#shared.disturbances = disturbances;
  }

  /** Sends everything that is due by the clock to the queues. Returns the number of messages. */
  fireDue(): number {
    return this.#scheduler.schedules.fireDue();
  }

  /** Deletes items whose time to live has passed by the clock, as DynamoDB does at some time. Returns how many. */
  deleteExpired(): number {
    return this.#dynamodb.deleteExpired(expiryAttribute, this.#around.clock.now());
  }

  /** How many calls have arrived since the last reset. */
  get calls(): number {
    return this.#shared.calls;
  }

  /** All later calls fail. */
  close(): void {
    this.#shared.isClosed = true;
  }
}

function aroundOf({ clock, random = () => 0.5, disturbances = {} }: MemoryOptions): Around {
  return { clock, random, disturbances };
}
