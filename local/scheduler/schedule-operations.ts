import type { Clock } from '../../core/clock.ts';
import { momentOf } from './at-expression.ts';
import { type Call, seconds } from './call.ts';
import { missingGroup } from './group-operations.ts';
import type { GroupStore } from './group-store.ts';
import { resourceName, scheduleBody, scheduleQuery } from './requests.ts';
import { scheduleArn } from './resource-names.ts';
import type { NewSchedule, ScheduleStore } from './schedule-store.ts';
import { conflict, notFound } from './service-error.ts';
import { parsed } from './wire-types.ts';

export interface ScheduleParts {
  readonly schedules: ScheduleStore;
  readonly groups: GroupStore;
  readonly clock: Clock;
  /** Returns by how many milliseconds a schedule fires late, or early if negative. Called for each new schedule. */
  readonly delay: () => number;
  /** Called when a schedule was created or changed. */
  readonly changed: () => void;
}

/** The operations on schedules. A FLEXIBLE schedule fires when its window begins. */
export function scheduleOperations({ schedules, groups, clock, delay, changed }: ScheduleParts) {
  function scheduleIn(call: Call): NewSchedule {
    const name = nameIn(call);
    const { GroupName: group, ClientToken: _, ...definition } = parsed(scheduleBody, call.body);
    const at = momentOf(definition.ScheduleExpression, definition.ScheduleExpressionTimezone);
    const fireAt = definition.State === 'ENABLED' ? Math.round(at + delay()) : null;
    if (groups.get(group) === undefined) throw missingGroup(group);
    return { group, name, definition, scheduledAt: at, fireAt };
  }

  function place(call: Call) {
    return { name: nameIn(call), group: parsed(scheduleQuery, call.query).groupName };
  }

  return {
    /** A name in use is a conflict with any ClientToken, as observed on AWS. */
    CreateSchedule(call: Call) {
      const schedule = scheduleIn(call);
      if (!schedules.create(schedule, clock.now())) {
        throw conflict(`Schedule ${schedule.name} already exists.`);
      }
      changed();
      return { ScheduleArn: scheduleArn(schedule.group, schedule.name) };
    },

    /** Replaces the whole schedule: members that are left out return to their defaults. */
    UpdateSchedule(call: Call) {
      const schedule = scheduleIn(call);
      if (!schedules.replace(schedule, clock.now())) throw missing(schedule.name);
      changed();
      return { ScheduleArn: scheduleArn(schedule.group, schedule.name) };
    },

    GetSchedule(call: Call) {
      const { group, name } = place(call);
      const found = schedules.get(group, name);
      if (found === undefined) throw missing(name);
      return {
        ...found.definition,
        Arn: scheduleArn(group, name),
        GroupName: group,
        Name: name,
        CreationDate: seconds(found.createdAt),
        LastModificationDate: seconds(found.modifiedAt),
      };
    },

    DeleteSchedule(call: Call) {
      const { group, name } = place(call);
      if (!schedules.delete(group, name)) throw missing(name);
      return {};
    },
  };
}

const missing = (name: string) => notFound(`Schedule ${name} does not exist.`);

const nameIn = (call: Call) => parsed(resourceName, { Name: call.name }).Name;
