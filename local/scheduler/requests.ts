import * as z from 'zod/mini';
import { defaultGroup } from './resource-names.ts';
import { scheduleDefinition } from './schedule-definition.ts';
import { clientToken, name, object, state, text, wholeNumber } from './wire-types.ts';

export const scheduleBody = z.extend(scheduleDefinition, {
  GroupName: z._default(name, defaultGroup),
  ClientToken: z.optional(clientToken),
});
const tag = object({ Key: text, Value: text });
export const groupBody = object({
  Tags: z.optional(z.array(tag)),
  ClientToken: z.optional(clientToken),
});
export const scheduleQuery = object({
  groupName: z._default(name, defaultGroup),
  clientToken: z.optional(clientToken),
});
const page = {
  NamePrefix: z._default(name, ''),
  NextToken: z.optional(text),
  MaxResults: z._default(z.pipe(z.string(), z.pipe(z.transform(Number), wholeNumber(1, 100))), 100),
};
export const groupListQuery = object(page);
export const scheduleListQuery = object({
  ...page,
  ScheduleGroup: z.optional(name),
  State: z.optional(state),
});
export const resourceName = object({ Name: name });
