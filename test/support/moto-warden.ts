import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-scheduler';
import { TimerMessage } from '../../core/contract/timer-message.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { timerGroup } from '../../local/names.ts';
import type { ManualClock } from './manual-clock.ts';
import { Warden } from './warden.ts';

/** Fires moto's schedules, which moto itself never does. */
export class MotoWarden extends Warden {
  /**
   * The names of its schedules. Listing them misses some: moto counts through its pages, and other tests that share it
   * delete theirs meanwhile.
   */
  readonly #made = new Set<string>();

  constructor(aws: ConnectedService, clock: ManualClock, logLines: string[]) {
    super(aws, clock, logLines);
    aws.scheduler.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'CreateScheduleCommand' && 'Name' in args.input)
            this.#made.add(String(args.input.Name));
          return next(args);
        },
      { step: 'initialize' },
    );
  }

  async settle(): Promise<void> {
    const due: TimerMessage[] = [];
    for (const Name of this.#made) {
      const get = new GetScheduleCommand({ Name, GroupName: timerGroup });
      const schedule = await unlessGone(this.aws.scheduler.send(get));
      const at = Date.parse(`${/^at\((.*)\)$/.exec(schedule?.ScheduleExpression ?? '')?.[1]}Z`);
      if (schedule && !(at <= this.clock.now())) continue;
      this.#made.delete(Name);
      if (!schedule) continue;
      // The client tries again when a reply is lost, and then there is none.
      await unlessGone(this.aws.scheduler.send(new DeleteScheduleCommand({ Name, GroupName: timerGroup })));
      due.push(TimerMessage.parse(JSON.parse(schedule.Target?.Input ?? '')));
    }
    if (due.length === 0) return;
    const Records = due.map((message, index) => ({
      messageId: String(index),
      body: JSON.stringify(message),
    }));
    const { batchItemFailures } = await this.functions.checkTimers({ Records });
    if (batchItemFailures.length > 0) throw new Error(`timers failed: ${JSON.stringify(batchItemFailures)}`);
    await this.settle();
  }
}

/** Undefined when there is no such schedule (any more). */
async function unlessGone<Reply>(sent: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
