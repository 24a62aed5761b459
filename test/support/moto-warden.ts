import { DeleteScheduleCommand, GetScheduleCommand, paginateListSchedules } from '@aws-sdk/client-scheduler';
import { TimerMessage } from '../../core/contract/timer-message.ts';
import { timerGroup } from '../../local/names.ts';
import { Warden } from './warden.ts';

/** Fires moto's schedules, which moto itself never does. */
export class MotoWarden extends Warden {
  async settle(): Promise<void> {
    const { scheduler } = this.aws;
    const due: TimerMessage[] = [];
    for await (const page of paginateListSchedules({ client: scheduler }, { GroupName: timerGroup })) {
      for (const { Name } of page.Schedules ?? []) {
        const schedule = await scheduler.send(new GetScheduleCommand({ Name, GroupName: timerGroup }));
        const message = TimerMessage.parse(JSON.parse(schedule.Target?.Input ?? ''));
        const at = Date.parse(`${/^at\((.*)\)$/.exec(schedule.ScheduleExpression ?? '')?.[1]}Z`);
        if (!this.owns(message.workflow) || !(at <= this.clock.now())) continue;
        await scheduler.send(new DeleteScheduleCommand({ Name, GroupName: timerGroup }));
        due.push(message);
      }
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
