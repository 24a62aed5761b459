import * as z from 'zod/mini';

/*
 * The environment of each function. The functions parse it once, at their start; the stack sets it from the same
 * names, so the two cannot drift apart.
 */

const Required = z.string().check(z.minLength(1));

const items = z.object({ ITEMS_TABLE: Required });
const registry = z.object({ REGISTRY_TABLE: Required });
const timers = z.object({
  TIMER_GROUP: Required,
  TIMER_QUEUE_ARN: Required,
  TIMER_ROLE_ARN: Required,
  TIMER_DEAD_LETTER_ARN: Required,
});
const notifications = z.object({ NOTIFICATION_TOPIC_ARN: Required });
const itemEvents = z.object({ ITEM_EVENT_TOPIC_ARN: Required });
/** The least seconds from now to a deadline: 60 on AWS, which is Scheduler's precision. */
const leastTimeout = z.object({
  LEAST_TIMEOUT_SECONDS: z.pipe(
    z.string().check(z.regex(/^\d{1,5}$/)),
    z.transform((text: string) => Number(text)),
  ),
});

export type ItemsEnvironment = z.infer<typeof items>;
export type RegistryEnvironment = z.infer<typeof registry>;
export type TimersEnvironment = z.infer<typeof timers>;
const redrives = z.object({ REDRIVE_TOPIC_ARN: Required });

export type RedriveEnvironment = z.infer<typeof redrives>;
export type ItemEventsEnvironment = z.infer<typeof itemEvents>;
export type NotificationsEnvironment = z.infer<typeof notifications>;

/** Functions that watch items report breached ones: to the incident in the registry, and to machines. */
const watching = z.object({
  ...items.shape,
  ...registry.shape,
  ...timers.shape,
  ...itemEvents.shape,
});
/** Functions that also notify people. */
const telling = z.object({ ...watching.shape, ...notifications.shape });
const registered = z.object({ ...items.shape, ...registry.shape });

/** The environment of every function, by the function's name. */
export const environments = {
  register: z.object({ ...watching.shape, ...leastTimeout.shape }),
  read: items,
  progress: z.object({ ...telling.shape, ...leastTimeout.shape }),
  complete: watching,
  batch: z.object({ ...telling.shape, ...leastTimeout.shape }),
  'list-audit': registry,
  'start-redrive': z.object({ ...registered.shape, ...redrives.shape, ...leastTimeout.shape }),
  'list-redrives': registry,
  'read-redrive': registry,
  'change-redrive': registry,
  discard: registered,
  'run-redrives': z.object({ ...watching.shape, ...redrives.shape, ...leastTimeout.shape }),
  list: registered,
  reconcile: items,
  'list-workflows': registered,
  'read-workflow': registered,
  'save-workflow': z.object({ ...registered.shape, ...leastTimeout.shape }),
  'remove-workflow': registered,
  'silence-workflow': registry,
  'end-silence': registry,
  'list-incidents': registry,
  'read-incident': registry,
  'acknowledge-incident': registry,
  authorize: registry,
  'create-token': registry,
  'list-tokens': registry,
  'revoke-token': registry,
  'check-health': z.object({ ...registered.shape, ...timers.shape }),
  'read-openapi': z.object({}),
  'answer-unrouted': z.object({}),
  'check-timers': z.object({ ...telling.shape, ...leastTimeout.shape }),
  sweep: z.object({ ...telling.shape, ...leastTimeout.shape }),
} as const;
