import type { DueSchedule } from '../../../local/scheduler/due-store.ts';
import { eventBody } from '../../../local/scheduler/event-body.ts';
import type { ScheduleDefinition } from '../../../local/scheduler/schedule-definition.ts';
import type { Around } from '../around.ts';
import type { Queues } from '../queues/queues.ts';

export interface Schedule {
  group: string;
  name: string;
  definition: ScheduleDefinition;
  /** In ms since the epoch. */
  at: number;
  createdAt: number;
  modifiedAt: number;
  /** When it fires: several times, or never, if a disturbance says so. */
  firings: readonly number[];
}

interface Firing {
  at: number;
  schedule: Schedule;
  /** After the first firing the schedule may be gone; the other firings come nevertheless. */
  isFirst: boolean;
}

/** The schedules of all groups, and when each fires. */
export class Schedules {
  readonly #queues: Queues;
  readonly #around: () => Around;
  readonly #schedules = new Map<string, Schedule>();
  /** In order of time. Firings of schedules that were replaced or deleted remain until their time. */
  #firings: Firing[] = [];

  constructor(queues: Queues, around: () => Around) {
    this.#queues = queues;
    this.#around = around;
  }

  get(group: string, name: string): Schedule | undefined {
    return this.#schedules.get(keyOf(group, name));
  }

  put({ group, name, definition, at }: Pick<Schedule, 'group' | 'name' | 'definition' | 'at'>): void {
    const { clock, disturbances } = this.#around();
    const now = clock.now();
    const createdAt = this.get(group, name)?.createdAt ?? now;
    const offsets = disturbances.firings?.({ name, at, input: definition.Target.Input ?? '' }) ?? [0];
    const isOn = definition.State === 'ENABLED';
    const firings = isOn ? offsets.map((offset) => at + offset).sort((one, other) => one - other) : [];
    const schedule = { group, name, definition, at, createdAt, modifiedAt: now, firings };
    this.#schedules.set(keyOf(group, name), schedule);
    const [first] = firings;
    if (first !== undefined) this.#plan({ at: first, schedule, isFirst: true });
  }

  /** False if there is none. */
  delete(group: string, name: string): boolean {
    return this.#schedules.delete(keyOf(group, name));
  }

  /** In order of group and name. */
  all(): Schedule[] {
    const keys = [...this.#schedules.keys()].sort();
    return keys.map((key) => this.#schedules.get(key) as Schedule);
  }

  deleteGroup(group: string): void {
    for (const schedule of this.all()) {
      if (schedule.group === group) this.delete(group, schedule.name);
    }
  }

  /** Sends everything that is due. Returns how many messages queues accepted. */
  fireDue(): number {
    const now = this.#around().clock.now();
    let sent = 0;
    for (let first = this.#firings[0]; first && first.at <= now; first = this.#firings[0]) {
      this.#firings.shift();
      sent += this.#fire(first);
    }
    return sent;
  }

  clear(): void {
    this.#schedules.clear();
    this.#firings = [];
  }

  #fire({ schedule, isFirst }: Firing): number {
    const { group, name, definition, firings } = schedule;
    if (isFirst) {
      if (this.get(group, name) !== schedule) return 0;
      if (definition.ActionAfterCompletion === 'DELETE') this.delete(group, name);
      for (const at of firings.slice(1)) this.#plan({ at, schedule, isFirst: false });
    }
    const { Arn, DeadLetterConfig } = definition.Target;
    const arn = [Arn, DeadLetterConfig?.Arn].find((one) => one !== undefined && this.#queues.has(one));
    if (arn === undefined) return 0;
    this.#queues.send(this.#queues.get(arn), { body: eventBody(dueOf(schedule)) });
    return 1;
  }

  #plan(firing: Firing): void {
    let low = 0;
    let high = this.#firings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firings[middle] as Firing).at <= firing.at) low = middle + 1;
      else high = middle;
    }
    this.#firings.splice(low, 0, firing);
  }
}

function keyOf(group: string, name: string): string {
  return `${group}/${name}`;
}

function dueOf({ group, name, definition, at }: Schedule): DueSchedule {
  const attempts = { firstAttemptAt: at, nextAttemptAt: at, failures: 0, givenUp: false };
  return { id: 0, group, name, definition, scheduledAt: at, ...attempts };
}
