import type { Options as RetryOptions } from 'p-retry';
import type { DeadLetters } from './aws/dead-letters.ts';
import type { ItemsTable } from './aws/items/table.ts';
import type { Receiver } from './aws/receivers/receiver.ts';
import type { AuditLog } from './aws/registry/audit-log.ts';
import type { Incidents } from './aws/registry/incidents/incidents.ts';
import type { NotificationBudget } from './aws/registry/notification-budget.ts';
import type { OutcomeTally } from './aws/registry/outcome-tally.ts';
import type { RedrivesTable } from './aws/registry/redrives.ts';
import type { RegistrationCounts } from './aws/registry/registration-counts.ts';
import type { Statistics } from './aws/registry/statistics.ts';
import type { TokensTable } from './aws/registry/tokens.ts';
import type { WardenState } from './aws/registry/warden-state.ts';
import type { RegistryTable } from './aws/registry/workflows.ts';
import type { Timers } from './aws/timers.ts';
import type { ItemEvents } from './aws/topics/item-events.ts';
import type { Notifications } from './aws/topics/notifications.ts';
import type { RedriveTopic } from './aws/topics/redrive-topic.ts';
import type { Subscribers } from './aws/topics/subscribers.ts';
import type { Running } from './running.ts';

/** Ports that only functions on AWS use: on a laptop, its deliveries forward notifications. */
export interface ForwardingPorts {
  receiver: Receiver;
}

/** The files of the console by name: index.html, its script and its style (build/bundle-console.ts). */
export type ConsoleFiles = ReadonlyMap<string, string>;

/** The port that only the function of the console has. */
export interface ConsolePorts {
  consoleFiles: () => Promise<ConsoleFiles>;
}

/** Everything outside the service that it uses. Each operation picks the ports that it needs. */
export interface Ports extends Running {
  items: ItemsTable;
  registry: RegistryTable;
  tokens: TokensTable;
  incidents: Incidents;
  outcomes: OutcomeTally;
  redrives: RedrivesTable;
  counts: RegistrationCounts;
  statistics: Statistics;
  state: WardenState;
  audit: AuditLog;
  timers: Timers;
  itemEvents: ItemEvents;
  notifications: Notifications;
  /** How many notifications people get, over all workflows. */
  budget: NotificationBudget;
  subscribers: Subscribers;
  deadLetters: DeadLetters;
  redriveTopic: RedriveTopic;
  /** The least seconds from now to a deadline. */
  leastTimeoutSeconds: number;
  /** The most workflows that registrations may create. */
  workflowLimit: number;
  /**
   * Whether it is known when an upstream service has accepted a redrive message
   * (core/operations/redrives/note-delivery.ts): on a laptop.
   */
  areDeliveriesNoted?: boolean;
  /** Creates unique ids of the runners of redrives. */
  newId: () => string;
  /** How often and at which intervals the publishing of a redrive is retried. */
  publishRetry?: RetryOptions;
  /** Waits for this many milliseconds. */
  wait?: (ms: number) => Promise<unknown>;
  /** After it is aborted, no further page of a redrive is started. */
  stopping?: AbortSignal;
}
