import { randomBytes } from 'node:crypto';
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

/** How timers are deleted that are not needed any more. */
export interface Disarming {
  client: SchedulerClient;
  /** The longest that anybody waits for it, in milliseconds. */
  withinMs: number;
  /** Told of each that could not be deleted, which then fires once and finds nothing. */
  onLeftBehind: (timer: string, error: unknown) => void;
}

/**
 * Counts timers that are left behind: under load these are many, and none does harm. What Scheduler refuses for another
 * reason than load comes again at every call, and somebody must see to it, so it is logged as well.
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
  /** When it fires, ISO 8601: the deadline rounded up to the whole second that Scheduler knows. */
  timerAt: string;
}

/**
 * JSON in ASCII without "<". Scheduler replaces `<aws.scheduler.…>` in an Input by values of its own, which may be in
 * an item's id (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html).
 */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** 128 random bits: no two timers ever share a name (docs/adr/0002). */
export function randomTimerName(): string {
  return randomBytes(16).toString('base64url');
}

/** Names of timers that several items share begin so; no other has a dot. */
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

  /** @param newName makes names for schedules, no two the same */
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
    // Of its own, so that deletions which are throttled take neither connections nor tries from those that arm timers.
    const client = new SchedulerClient(disarmSettings);
    const disarming = { client, withinMs: disarmMs, onLeftBehind: countLeftBehind(log) };
    return new Timers(clients.of(SchedulerClient), target, clock, disarming);
  }

  /** Arms a timer for the item at `at` (ms since the epoch). */
  async arm({ workflow, item }: { workflow: string; item: string }, at: number): Promise<ArmedTimer> {
    return this.#create(this.#newName(), { workflow, item }, at);
  }

  /**
   * Arms one timer for several items of a workflow: one of `sharingGroups`. The completion of one of them does not
   * remove it.
   */
  async armShared(workflow: string, items: readonly string[], at: number): Promise<ArmedTimer> {
    return this.#create(`${sharedPrefix}${this.#newName()}`, { workflow, items: [...items] }, at);
  }

  /** Arms one timer for one or several items of a workflow: one of `sharingGroups`. */
  async armFor(workflow: string, items: readonly string[], at: number): Promise<ArmedTimer> {
    const [first = '', ...others] = items;
    return others.length === 0
      ? this.arm({ workflow, item: first }, at)
      : this.armShared(workflow, items, at);
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
      // The name is random, so only an earlier try of this very call can have taken it: its reply was lost.
      if (!(error instanceof ConflictException)) throw error;
    }
    return { timer, timerAt };
  }

  /**
   * Removes a timer that is not needed any more, best effort: it never throws, and takes a fraction of a second at most.
   * One left behind fires once and finds nothing. One that others share stays.
   */
  async disarm(timer: string): Promise<void> {
    if (!timer.startsWith(sharedPrefix)) await this.disarmForAll(timer);
  }

  /** The same for one that is needed for none of the items that share it. */
  async disarmForAll(timer: string): Promise<void> {
    const { client, withinMs, onLeftBehind } = this.#disarming;
    const command = new DeleteScheduleCommand({ Name: timer, GroupName: this.#target.group });
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(withinMs) });
    } catch (error) {
      // It has fired and is gone.
      if (error instanceof ResourceNotFoundException) return;
      onLeftBehind(timer, error);
    }
  }

  /** Throws unless Scheduler answers and has the group. */
  async reach(): Promise<void> {
    await this.client.send(new GetScheduleGroupCommand({ Name: this.#target.group }));
  }
}
