import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Clients } from '../core/aws/clients.ts';
import { DeadLetters } from '../core/aws/dead-letters.ts';
import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectEntries } from '../core/aws/registry/entries.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { TokensTable } from '../core/aws/registry/tokens.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { countLeftBehind, Timers, targetOf } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { RedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import { Subscribers } from '../core/aws/topics/subscribers.ts';
import { leastTimeoutSeconds, newId, workflowLimit } from '../core/lambda/connect.ts';
import { RegistryEnvironment, TimersEnvironment } from '../core/names/environment.ts';
import type { Running } from '../core/running.ts';

/**
 * The time limit of every call, in milliseconds. The servers share this machine, often this process: a slow reply means
 * a busy laptop, not a lost one. A long poll takes up to 20 s, too.
 */
export const requestTimeoutMs = 30_000;

/** This one process reads all settings, so reads need not be spread over time. */
const registry = {
  environment: RegistryEnvironment,
  connect: (environment: RegistryEnvironment, { clock }: Running, clients: Clients) =>
    new RegistryTable(connectEntries(environment, clients), clock, () => 1),
};

/** Deletes timers with the client that arms them, and waits as long as for every other call. */
const timers = {
  environment: TimersEnvironment,
  connect: (environment: TimersEnvironment, { clock, log }: Running, clients: Clients) => {
    const client = clients.of(SchedulerClient);
    const disarming = { client, onLeftBehind: countLeftBehind(log) };
    return new Timers(client, targetOf(environment), clock, disarming);
  },
};

/** The connectors of all ports: one process runs all functions. */
export const connectors = {
  items: ItemsTable,
  registry,
  tokens: TokensTable,
  incidents,
  outcomes: OutcomeTally,
  redrives: RedrivesTable,
  counts: RegistrationCounts,
  statistics: Statistics,
  state: WardenState,
  audit: AuditLog,
  timers,
  itemEvents: ItemEvents,
  notifications: Notifications,
  budget: NotificationBudget,
  subscribers: Subscribers,
  deadLetters: DeadLetters,
  redriveTopic: RedriveTopic,
  leastTimeoutSeconds,
  workflowLimit,
  newId,
};
