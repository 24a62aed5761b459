import * as z from 'zod/mini';
import {
  DeadLettersEnvironment,
  ItemEventsEnvironment,
  ItemsEnvironment,
  LeastTimeoutEnvironment,
  NotificationsEnvironment,
  ReceiverEnvironment,
  RedriveEnvironment,
  RegistryEnvironment,
  SubscribersEnvironment,
  TimersEnvironment,
  WorkflowLimitEnvironment,
} from './environment.ts';

/*
 * The variables that the stack sets for each function. They are not in the schemas of the adapters, so that no function
 * contains the environments of all others. core/lambda/entry.ts compiles only if a function has all variables that its
 * adapters need.
 */

/** Functions that watch items report breached ones: to the incident in the registry, and to machines. */
const watching = z.object({
  ...ItemsEnvironment.shape,
  ...RegistryEnvironment.shape,
  ...TimersEnvironment.shape,
  ...ItemEventsEnvironment.shape,
});
/** Functions that also notify people. */
const notifying = z.object({ ...watching.shape, ...NotificationsEnvironment.shape });
/** Functions that carry out the operations of a batch. */
const ingesting = z.object({
  ...notifying.shape,
  ...LeastTimeoutEnvironment.shape,
  ...WorkflowLimitEnvironment.shape,
});
const registered = z.object({ ...ItemsEnvironment.shape, ...RegistryEnvironment.shape });

/** The environment of every function, by the function's name. */
export const environments = {
  register: z.object({
    ...watching.shape,
    ...LeastTimeoutEnvironment.shape,
    ...WorkflowLimitEnvironment.shape,
  }),
  read: ItemsEnvironment,
  progress: z.object({ ...notifying.shape, ...LeastTimeoutEnvironment.shape }),
  fail: z.object({ ...notifying.shape, ...LeastTimeoutEnvironment.shape }),
  complete: watching,
  batch: ingesting,
  ingest: ingesting,
  'list-audit': RegistryEnvironment,
  'start-redrive': z.object({
    ...registered.shape,
    ...RedriveEnvironment.shape,
    ...LeastTimeoutEnvironment.shape,
  }),
  'list-redrives': RegistryEnvironment,
  'read-redrive': registered,
  'change-redrive': RegistryEnvironment,
  discard: registered,
  'run-redrives': z.object({
    ...watching.shape,
    ...RedriveEnvironment.shape,
    ...LeastTimeoutEnvironment.shape,
  }),
  list: registered,
  reconcile: ItemsEnvironment,
  'list-workflows': registered,
  'read-workflow': registered,
  'read-statistics': RegistryEnvironment,
  'read-metrics': registered,
  'save-workflow': z.object({ ...registered.shape, ...LeastTimeoutEnvironment.shape }),
  'change-workflow': z.object({ ...registered.shape, ...LeastTimeoutEnvironment.shape }),
  'remove-workflow': registered,
  'silence-workflow': RegistryEnvironment,
  'end-silence': RegistryEnvironment,
  'list-incidents': RegistryEnvironment,
  'read-incident': registered,
  'acknowledge-incident': registered,
  authorize: RegistryEnvironment,
  'create-token': RegistryEnvironment,
  'list-tokens': RegistryEnvironment,
  'revoke-token': RegistryEnvironment,
  'check-health': z.object({
    ...registered.shape,
    ...TimersEnvironment.shape,
    ...DeadLettersEnvironment.shape,
  }),
  'read-openapi': z.object({}),
  'answer-unrouted': z.object({}),
  console: z.object({}),
  badge: registered,
  'check-timers': z.object({ ...notifying.shape, ...LeastTimeoutEnvironment.shape }),
  'forward-notifications': ReceiverEnvironment,
  sweep: z.object({
    ...notifying.shape,
    ...SubscribersEnvironment.shape,
    ...LeastTimeoutEnvironment.shape,
  }),
} as const;
