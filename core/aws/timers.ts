import { randomFillSync } from 'node:crypto';
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleGroupCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../clock.ts';
import { limits } from '../contract/limits.ts';
import { instant } from '../contract/time.ts';
import type { TimerMessage } from '../contract/timer-message.ts';
import { errorFields, type Log } from '../log.ts';
import { disarmMs } from '../names/clockwork.ts';
import { TimersEnvironment } from '../names/environment.ts';
import type { Running } from '../running.ts';
import { disarmSettings } from './client-settings.ts';
import type { Clients } from './clients.ts';

/** How timers that are no longer needed are deleted. */
export interface Disarming {
  client: SchedulerClient;
  /** The longest wait for a deletion, in milliseconds; as long as for every other call by default. */
  withinMs?: number;
  /** Called for each timer that could not be deleted. Such a timer fires once and finds nothing. */
  onLeftBehind: (timer: string, error: unknown) => void;
}

/**
 * Counts timers left behind. Under load there are many, and they do no harm. An error other than load would repeat at
 * every call and needs attention, so it is also logged.
 */
export function countLeftBehind(log: Log): Disarming['onLeftBehind'] {
  return (timer, error) => {
    log.metrics({ TimersLeftBehind: 1 });
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    const isRefused = status >= 400 && status < 500 && status !== 429;
    if (isRefused) log.warn('timer left behind', { timer, ...errorFields(error) });
  };
}

export interface TimerTarget {
  group: string;
  queueArn: string;
  roleArn: string;
  deadLetterArn: string;
}

export function targetOf(environment: TimersEnvironment): TimerTarget {
  return {
    group: environment.TIMER_GROUP,
    queueArn: environment.TIMER_QUEUE_ARN,
    roleArn: environment.TIMER_ROLE_ARN,
    deadLetterArn: environment.TIMER_DEAD_LETTER_ARN,
  };
}

export interface ArmedTimer {
  timer: string;
  /** When the timer fires, ISO 8601: the next check rounded up to a whole second, which is Scheduler's precision. */
  timerAt: string;
}

/**
 * JSON in ASCII without "<". Scheduler replaces `<aws.scheduler.…>` in an Input by its own values, and an item's id
 * may contain such text
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html).
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Random bytes for the next names: a call for each name would take more than ten times as long. */
const randomness = Buffer.alloc(4_096);
const bytesOfName = 16;
let usedBytes = randomness.length;

/** 128 random bits: no two timers ever share a name (docs/adr/0002). */
export function randomTimerName(): string {
  if (usedBytes === randomness.length) {
    randomFillSync(randomness);
    usedBytes = 0;
  }
  const begin = usedBytes;
  usedBytes += bytesOfName;
  return randomness.toString('base64url', begin, usedBytes);
}

/** Names of shared timers begin with this; no other name has a dot. */
const sharedPrefix = 'shared.';

/**
 * Characters of JSON that the items of a shared timer may take: Scheduler's Input and an SQS message are both at most
 * 256 KiB (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html).
 */
const mostSharedCharacters = 200 * 1024;

/** Groups items so that the ids of each group fit one timer. */
export function sharingGroups(items: readonly string[]): string[][] {
  const groups: { items: string[]; characters: number }[] = [];
  for (const item of items) {
    const characters = asciiJson(item).length + 1;
    const last = groups.at(-1);
    if (
      last &&
      last.items.length < limits.batchOperations &&
      last.characters + characters <= mostSharedCharacters
    ) {
      last.items.push(item);
      last.characters += characters;
    } else {
      groups.push({ items: [item], characters });
    }
  }
  return groups.map((group) => group.items);
}

/** One-off timers on EventBridge Scheduler that put a message on the expired-timers queue. */
export class Timers {
  static readonly environment = TimersEnvironment;
  readonly client: SchedulerClient;
  readonly #target: TimerTarget;
  readonly #disarming: Disarming;
  readonly #clock: Clock;
  readonly #newName: () => string;

  /** @param newName creates unique names for schedules */
  constructor(
    client: SchedulerClient,
    target: TimerTarget,
    clock: Clock,
    disarming: Disarming,
    newName: () => string = randomTimerName,
  ) {
    this.client = client;
    this.#target = target;
    this.#clock = clock;
    this.#disarming = disarming;
    this.#newName = newName;
  }

  static connect(environment: TimersEnvironment, { clock, log }: Running, clients: Clients): Timers {
    const target = targetOf(environment);
    // A client of its own, so that throttled deletions take neither connections nor retries from calls that arm
    // timers.
    const client = new SchedulerClient(disarmSettings);
    const disarming = { client, withinMs: disarmMs, onLeftBehind: countLeftBehind(log) };
    return new Timers(clients.of(SchedulerClient), target, clock, disarming);
  }

  /** Arms a timer for the item at `at` (ms since the epoch). */
  async arm({ workflow, item }: { workflow: string; item: string }, at: number): Promise<ArmedTimer> {
    return this.#create(this.#newName(), { workflow, item }, at);
  }

  /**
   * Arms one timer for one or several items of a workflow, one group of `sharingGroups`. The completion of one of several
   * items does not delete the timer.
   */
  async armFor(workflow: string, items: readonly string[], at: number): Promise<ArmedTimer> {
    const [first = '', ...others] = items;
    return others.length === 0
      ? this.arm({ workflow, item: first }, at)
      : this.#create(`${sharedPrefix}${this.#newName()}`, { workflow, items: [...items] }, at);
  }

  async #create(
    timer: string,
    of: Pick<TimerMessage, 'workflow' | 'item' | 'items'>,
    at: number,
  ): Promise<ArmedTimer> {
    const armedAt = instant(this.#clock.now());
    const timerAt = instant(Math.ceil(at / 1000) * 1000);
    const message: TimerMessage = { ...of, timer, armedAt };
    try {
      await this.client.send(
        new CreateScheduleCommand({
          Name: timer,
          GroupName: this.#target.group,
          // Scheduler refuses fractions of a second and a trailing Z.
          ScheduleExpression: `at(${timerAt.slice(0, 19)})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: this.#target.queueArn,
            RoleArn: this.#target.roleArn,
            Input: asciiJson(message),
            RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
            DeadLetterConfig: { Arn: this.#target.deadLetterArn },
          },
        }),
      );
    } catch (error) {
      // The name is random, so only an earlier try of this call can have used it: its reply was lost.
      if (!(error instanceof ConflictException)) throw error;
    }
    return { timer, timerAt };
  }

  /**
   * Deletes a timer that is no longer needed, best effort: it never throws and takes at most a fraction of a second.
   * A timer left behind fires once and finds nothing. A shared timer stays.
   */
  async disarm(timer: string): Promise<void> {
    if (!timer.startsWith(sharedPrefix)) await this.disarmForAll(timer);
  }

  /** The same for a shared timer that none of its items needs. */
  async disarmForAll(timer: string): Promise<void> {
    const { client, withinMs, onLeftBehind } = this.#disarming;
    const command = new DeleteScheduleCommand({ Name: timer, GroupName: this.#target.group });
    try {
      await (withinMs === undefined
        ? client.send(command)
        : client.send(command, { abortSignal: AbortSignal.timeout(withinMs) }));
    } catch (error) {
      // The timer has fired and is gone.
      if (error instanceof ResourceNotFoundException) return;
      onLeftBehind(timer, error);
    }
  }

  /** Throws unless Scheduler answers and has the schedule group. */
  async reach(): Promise<void> {
    await this.client.send(new GetScheduleGroupCommand({ Name: this.#target.group }));
  }
}
