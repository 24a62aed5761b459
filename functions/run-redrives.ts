import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { RedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import { leastTimeoutSeconds, newId } from '../core/lambda/connect.ts';
import { entry } from '../core/lambda/entry.ts';
import { runRedrives } from '../core/operations/redrives/run-redrives.ts';

const connectors = {
  items: ItemsTable,
  registry: RegistryTable,
  statistics: Statistics,
  incidents,
  outcomes: OutcomeTally,
  redrives: RedrivesTable,
  timers: Timers,
  itemEvents: ItemEvents,
  redriveTopic: RedriveTopic,
  leastTimeoutSeconds,
  newId,
};

/** Invoked every minute by a schedule. The event is not used. */
export const { create, handler } = entry('run-redrives', connectors, (service) => () => runRedrives(service));
