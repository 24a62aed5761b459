import {
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type DeleteScheduleCommandInput,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { TimerFate } from '../history/history.ts';
import type { Ledger } from '../ledger.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A timer is this late at most if nothing is wrong, in milliseconds. */
const usuallyLateMs = 1_000;

interface Options {
  time: VirtualTime;
  scheduler: SchedulerClient;
  /** By the number of the timer, in the order in which they are armed. */
  fates: ReadonlyMap<number, TimerFate>;
  random: () => number;
  /** Puts a message on the queue of expired timers. */
  send: (body: string) => void;
  ledger: Pick<Ledger, 'timers' | 'count'>;
}

/** EventBridge Scheduler's clock: it fires each timer as its fate says. */
export class Timers {
  readonly #options: Options;
  readonly #armed = new Map<string, CreateScheduleCommandInput>();
  #count = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  armed(schedule: CreateScheduleCommandInput): void {
    const { Name = '', ScheduleExpression = '' } = schedule;
    const { time, fates, random, ledger } = this.#options;
    const fate = fates.get(this.#count++) ?? { fires: 'on time' };
    this.#armed.set(Name, schedule);
    const at = Date.parse(`${ScheduleExpression.slice(3, -1)}Z`);
    const { workflow, item, items = [item] } = JSON.parse(schedule.Target?.Input ?? '{}');
    ledger.timers.push({ workflow, items, at, fires: fate.fires });
    const usually = Math.max(at, time.now()) + random() * usuallyLateMs;
    if (fate.fires !== 'on time') ledger.count(`timer ${fate.fires}`);
    if (fate.fires === 'never') return;
    const before = fate.fires === 'early' ? Math.max(at - fate.ms, time.now()) : usually;
    const again = fate.fires === 'twice' ? fate.ms : undefined;
    time.at(fate.fires === 'late' ? usually + fate.ms : before, () => this.#fire(Name, again));
  }

  disarmed({ Name = '' }: DeleteScheduleCommandInput): void {
    this.#armed.delete(Name);
  }

  #fire(name: string, againMs?: number): void {
    const { time, send, scheduler } = this.#options;
    const schedule = this.#armed.get(name);
    if (schedule === undefined) return;
    this.#armed.delete(name);
    const body = schedule.Target?.Input ?? '';
    send(body);
    if (againMs !== undefined) time.at(time.now() + againMs, () => send(body));
    // As Scheduler does after it has fired.
    const command = new DeleteScheduleCommand({ Name: name, GroupName: schedule.GroupName });
    void time.outside(() => scheduler.send(command).catch(() => {}));
  }
}
