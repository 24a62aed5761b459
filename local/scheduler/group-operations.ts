import type { Clock } from '../../core/clock.ts';
import { type Call, seconds } from './call.ts';
import type { Group, GroupStore } from './group-store.ts';
import { afterToken, pageToken } from './page-token.ts';
import { groupBody, groupListQuery, resourceName } from './requests.ts';
import { defaultGroup, groupArn } from './resource-names.ts';
import { conflict, invalid, notFound } from './service-error.ts';
import { parsed } from './wire-types.ts';

/** The operations on schedule groups. Their tags are checked and not stored. */
export function groupOperations(groups: GroupStore, clock: Clock) {
  return {
    CreateScheduleGroup(call: Call) {
      const name = nameIn(call);
      parsed(groupBody, call.body);
      if (!groups.create(name, clock.now())) throw conflict(`Schedule group ${name} already exists.`);
      return { ScheduleGroupArn: groupArn(name) };
    },

    GetScheduleGroup(call: Call) {
      const name = nameIn(call);
      const group = groups.get(name);
      if (group === undefined) throw missingGroup(name);
      return onWire(group);
    },

    /** AWS deletes the schedules of a group over time; here they are deleted when the call returns. */
    DeleteScheduleGroup(call: Call) {
      const name = nameIn(call);
      if (name === defaultGroup) throw invalid('The default schedule group cannot be deleted.');
      if (!groups.delete(name)) throw missingGroup(name);
      return {};
    },

    ListScheduleGroups(call: Call) {
      const { NamePrefix, NextToken, MaxResults } = parsed(groupListQuery, call.query);
      const after = afterToken(NextToken).first;
      const found = groups.list({ prefix: NamePrefix, after, limit: MaxResults + 1 });
      const page = found.slice(0, MaxResults);
      const last = found.length > page.length ? page.at(-1) : undefined;
      return { ScheduleGroups: page.map(onWire), NextToken: last && pageToken(last.name) };
    },
  };
}

export const missingGroup = (name: string) => notFound(`Schedule group ${name} does not exist.`);

const nameIn = (call: Call) => parsed(resourceName, { Name: call.name }).Name;

function onWire({ name, created_at, modified_at }: Group) {
  return {
    Arn: groupArn(name),
    Name: name,
    State: 'ACTIVE',
    CreationDate: seconds(created_at),
    LastModificationDate: seconds(modified_at),
  };
}
