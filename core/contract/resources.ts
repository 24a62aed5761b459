import * as audit from './audit.ts';
import * as batch from './batch.ts';
import * as digest from './digest.ts';
import * as discard from './discard.ts';
import * as dryRun from './dry-run.ts';
import * as expectation from './expectation.ts';
import * as fail from './fail.ts';
import * as health from './health.ts';
import * as incident from './incident.ts';
import * as item from './item.ts';
import * as itemEvent from './item-event.ts';
import * as itemFilter from './item-filter.ts';
import * as itemList from './item-list.ts';
import * as metrics from './metrics.ts';
import * as names from './names.ts';
import * as notification from './notification.ts';
import * as openapiDocument from './openapi-document.ts';
import * as paging from './paging.ts';
import * as problem from './problem.ts';
import * as reconcile from './reconcile.ts';
import * as redrive from './redrive.ts';
import * as registration from './registration.ts';
import * as scope from './scope.ts';
import * as silence from './silence.ts';
import * as statistics from './statistics.ts';
import * as time from './time.ts';
import * as timeOrderedId from './time-ordered-id.ts';
import * as token from './token.ts';
import * as workflow from './workflow.ts';
import * as workflowSettings from './workflow-settings.ts';

/**
 * All files of the contract with schemas. The OpenAPI document takes the schemas from here, and the types of calls
 * (calls.ts) take the contracts of the operations.
 */
export const resources = [
  audit,
  batch,
  digest,
  discard,
  dryRun,
  expectation,
  fail,
  health,
  incident,
  item,
  registration,
  itemEvent,
  itemFilter,
  itemList,
  metrics,
  names,
  notification,
  openapiDocument,
  paging,
  problem,
  reconcile,
  redrive,
  scope,
  silence,
  statistics,
  time,
  timeOrderedId,
  token,
  workflow,
  workflowSettings,
] as const;
