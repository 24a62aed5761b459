import { type Call, seconds } from './call.ts';
import { missingGroup } from './group-operations.ts';
import type { GroupStore } from './group-store.ts';
import { afterToken, pageToken } from './page-token.ts';
import { scheduleListQuery } from './requests.ts';
import { scheduleArn } from './resource-names.ts';
import type { ScheduleStore, ScheduleSummary } from './schedule-store.ts';
import { parsed } from './wire-types.ts';

/** ListSchedules, for one group or all, in order of group and name. */
export function scheduleListing(schedules: ScheduleStore, groups: GroupStore) {
  return {
    ListSchedules(call: Call) {
      const {
        ScheduleGroup: group = null,
        State: state = null,
        ...query
      } = parsed(scheduleListQuery, call.query);
      if (group !== null && groups.get(group) === undefined) throw missingGroup(group);
      const { first: afterGroup, second: afterName } = afterToken(query.NextToken);
      const limit = query.MaxResults + 1;
      const found = schedules.list({ group, prefix: query.NamePrefix, state, afterGroup, afterName, limit });
      const page = found.slice(0, query.MaxResults);
      const last = found.length > page.length ? page.at(-1) : undefined;
      return { Schedules: page.map(onWire), NextToken: last && pageToken(last.group_name, last.name) };
    },
  };
}

function onWire(found: ScheduleSummary) {
  return {
    Arn: scheduleArn(found.group_name, found.name),
    GroupName: found.group_name,
    Name: found.name,
    State: found.state,
    CreationDate: seconds(found.created_at),
    LastModificationDate: seconds(found.modified_at),
    Target: { Arn: found.target },
  };
}
