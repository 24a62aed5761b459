import type { RegistryKind } from '../core/names/registry-kinds.ts';
import { byTime } from '../core/names/tables.ts';

/** The index of the items table. */
export const itemsByTime = `items ${byTime.name}` as const;

/** The resources on which a function may act, besides its own log. In the registry, one kind of record. */
export type Target =
  | 'items'
  | typeof itemsByTime
  | 'health item'
  | `registry ${RegistryKind}`
  | 'timers'
  | 'timer group'
  | 'timer role'
  | 'notification topic'
  | 'item event topic'
  | 'redrive topic'
  | 'alarm topic'
  | 'expired timers'
  | 'ingest queue'
  | 'dead letters';

/** Actions by the resource that they act on. */
export type Permissions = Partial<Record<Target, readonly string[]>>;

/** CreateSchedule names the role of the timer, and passing a role needs a permission. */
export const arm: Permissions = { timers: ['scheduler:CreateSchedule'], 'timer role': ['iam:PassRole'] };
/**
 * A function that finds a breached item publishes an event and reports the item to its incident, which is read,
 * opened or updated.
 */
export const report: Permissions = {
  'item event topic': ['sns:Publish'],
  'registry open-incident': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
};
/** The settings of the workflow say how people are notified, and the index how many items are breached. */
export const notifyPeople: Permissions = {
  'notification topic': ['sns:Publish'],
  [itemsByTime]: ['dynamodb:Query'],
  'registry workflow': ['dynamodb:GetItem'],
  'registry budget': ['dynamodb:GetItem', 'dynamodb:PutItem'],
};
/** Events of items are counted for the workflow's statistics. */
export const measure: Permissions = { 'registry statistics#*': ['dynamodb:UpdateItem'] };
/** The outcome of a breached item is counted in its incident. */
export const countEnd: Permissions = { 'registry tally#*': ['dynamodb:UpdateItem'] };
/** Enters the workflow, and counts the registration if it expects some. */
export const enter: Permissions = {
  // Query counts the workflows before it enters another.
  'registry workflow': ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  'registry registrations#*': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
};
export const findIncident: Permissions = {
  'registry open-incident': ['dynamodb:Query'],
  'registry ending-incident': ['dynamodb:GetItem'],
  'registry incident': ['dynamodb:GetItem'],
};
/** The current counts of an open incident. */
export const incidentNow: Permissions = {
  [itemsByTime]: ['dynamodb:Query'],
  'registry workflow': ['dynamodb:GetItem'],
  'registry tally#*': ['dynamodb:BatchGetItem'],
};
export const startRedrive: Permissions = {
  'registry redrive': ['dynamodb:PutItem'],
  'registry running-redrive': ['dynamodb:PutItem'],
  'registry dated-redrive': ['dynamodb:PutItem'],
};
/** The audit log records who changed what. */
export const note: Permissions = { 'registry audit': ['dynamodb:PutItem'] };
/** The settings of a workflow, and how many partitions its index has. */
export const readSettings: Permissions = { 'registry workflow': ['dynamodb:GetItem'] };
export const count: Permissions = { [itemsByTime]: ['dynamodb:Query'] };
/** Works on pages of items: reads, changes and removes them. */
export const workOnItems: Permissions = {
  items: [
    'dynamodb:BatchGetItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ],
};
/** A request that changes the settings of a workflow, or its silence. */
export const changeWorkflow: Permissions = {
  ...note,
  'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
};

/** The permissions of the three operations of a batch, and the permissions to notify people of failed items. */
export const carryOutBatch: Permissions = {
  ...measure,
  ...report,
  ...notifyPeople,
  ...arm,
  ...enter,
  ...countEnd,
  items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
};
/** Lambda itself needs these to poll a queue on behalf of the function. */
export const receive = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'] as const;
