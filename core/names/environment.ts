import * as z from 'zod/mini';

/*
 * The environment variables of adapters. A function parses the variables of its own adapters once, at its start.
 * core/names/environments.ts lists the same variables by function, for the stack, which sets them.
 */

const Required = z.string().check(z.minLength(1));

export const ItemsEnvironment = z.object({ ITEMS_TABLE: Required });
export type ItemsEnvironment = z.infer<typeof ItemsEnvironment>;

export const RegistryEnvironment = z.object({ REGISTRY_TABLE: Required });
export type RegistryEnvironment = z.infer<typeof RegistryEnvironment>;

export const TimersEnvironment = z.object({
  TIMER_GROUP: Required,
  TIMER_QUEUE_ARN: Required,
  TIMER_ROLE_ARN: Required,
  TIMER_DEAD_LETTER_ARN: Required,
});
export type TimersEnvironment = z.infer<typeof TimersEnvironment>;

/** CONSOLE_URL: where people reach the service, if that is known. */
export const NotificationsEnvironment = z.object({
  NOTIFICATION_TOPIC_ARN: Required,
  CONSOLE_URL: z.optional(Required),
});
export type NotificationsEnvironment = z.infer<typeof NotificationsEnvironment>;

/** ALARM_TOPIC_ARN is `none` where there are no alarms, as on a laptop. */
export const SubscribersEnvironment = z.object({
  NOTIFICATION_TOPIC_ARN: Required,
  ALARM_TOPIC_ARN: Required,
});
export type SubscribersEnvironment = z.infer<typeof SubscribersEnvironment>;

/** Queues of messages that could not be delivered or processed, by their headings in docs/runbook.md: `[{name, url}]`. */
export const DeadLettersEnvironment = z.object({
  DEAD_LETTER_QUEUES: z.pipe(
    z.string().check(z.regex(/^\[.*\]$/)),
    z.pipe(
      z.transform((text: string): unknown => JSON.parse(text)),
      z.array(z.object({ name: Required, url: Required })),
    ),
  ),
});
export type DeadLettersEnvironment = z.infer<typeof DeadLettersEnvironment>;

export const ItemEventsEnvironment = z.object({ ITEM_EVENT_TOPIC_ARN: Required });
export type ItemEventsEnvironment = z.infer<typeof ItemEventsEnvironment>;

export const RedriveEnvironment = z.object({ REDRIVE_TOPIC_ARN: Required });
export type RedriveEnvironment = z.infer<typeof RedriveEnvironment>;

/** The least seconds from now to a deadline: 60 on AWS, which is Scheduler's precision. */
export const LeastTimeoutEnvironment = z.object({
  LEAST_TIMEOUT_SECONDS: z.pipe(
    z.string().check(z.regex(/^\d{1,5}$/)),
    z.transform((text: string) => Number(text)),
  ),
});
export type LeastTimeoutEnvironment = z.infer<typeof LeastTimeoutEnvironment>;

/** Where notifications are forwarded to. */
export const ReceiverEnvironment = z.object({
  RECEIVER: z.enum(['chat', 'slack', 'pagerduty']),
  /** Only of chat. */
  CHAT_TOPIC_ARN: z.optional(Required),
  /** The secret with the URL of a webhook of Slack, or with a routing key of PagerDuty. */
  RECEIVER_SECRET_ARN: z.optional(Required),
  /** Only of PagerDuty. */
  RECEIVER_URL: z.optional(Required),
  CONSOLE_URL: z.optional(Required),
});
export type ReceiverEnvironment = z.infer<typeof ReceiverEnvironment>;

/** The most workflows that registrations may create. */
export const WorkflowLimitEnvironment = z.object({
  WORKFLOW_LIMIT: z.pipe(
    z.string().check(z.regex(/^\d{1,7}$/)),
    z.transform((text: string) => Number(text)),
  ),
});
export type WorkflowLimitEnvironment = z.infer<typeof WorkflowLimitEnvironment>;

/** All variables of all functions. */
export type Environment = ItemsEnvironment &
  RegistryEnvironment &
  TimersEnvironment &
  NotificationsEnvironment &
  SubscribersEnvironment &
  DeadLettersEnvironment &
  ItemEventsEnvironment &
  RedriveEnvironment &
  LeastTimeoutEnvironment &
  WorkflowLimitEnvironment;
