import type { RegistryKind } from '../core/names/registry-kinds.ts';
import type { FunctionName } from './function-names.ts';

/** What a function may act on, besides its own log. Of the registry, on one kind of record. */
export type Target =
  | 'items'
  | 'items by-time'
  | `registry ${RegistryKind}`
  | 'timers'
  | 'timer group'
  | 'timer role'
  | 'notification topic'
  | 'item event topic'
  | 'redrive topic'
  | 'expired timers';

/** Actions by what they act on. */
export type Permissions = Partial<Record<Target, readonly string[]>>;

/** CreateSchedule names the role that the timer will use, and whoever passes a role needs a permission for it. */
const arm: Permissions = { timers: ['scheduler:CreateSchedule'], 'timer role': ['iam:PassRole'] };
/** Who finds an item's end reports it: to machines, and to the incident, which is read, opened or written to. */
const report: Permissions = {
  'item event topic': ['sns:Publish'],
  'registry open-incident': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
};
/** How people are told is in the settings of the workflow. */
const tellPeople: Permissions = {
  'notification topic': ['sns:Publish'],
  'registry workflow': ['dynamodb:GetItem'],
};
/** What becomes of an item that was overdue or failed is counted in its incident. */
const countEnd: Permissions = { 'registry tally#*': ['dynamodb:UpdateItem'] };
/** Enters the workflow, and counts the registration if it expects some. */
const enter: Permissions = {
  'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  'registry registrations#*': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
};
const findIncident: Permissions = {
  'registry open-incident': ['dynamodb:Query'],
  'registry ending-incident': ['dynamodb:GetItem'],
  'registry incident': ['dynamodb:GetItem'],
};
const startRedrive: Permissions = {
  'registry redrive': ['dynamodb:PutItem'],
  'registry running-redrive': ['dynamodb:PutItem'],
  'registry dated-redrive': ['dynamodb:PutItem'],
};
/** Who changed what is noted in the audit log. */
const note: Permissions = { 'registry audit': ['dynamodb:PutItem'] };
/** The settings of a workflow, and how many partitions its index has. */
const readSettings: Permissions = { 'registry workflow': ['dynamodb:GetItem'] };
const count: Permissions = { 'items by-time': ['dynamodb:Query'] };

/**
 * What each function may do, exactly as its code calls AWS (core/aws) and no more. test/lib/permissions-used.test.ts
 * holds it to the calls that are made.
 */
export const permissions: Record<FunctionName, Permissions> = {
  register: {
    ...report,
    ...arm,
    ...enter,
    ...countEnd,
    // UpdateItem notes on the last attempt that its end was reported.
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  },
  read: { items: ['dynamodb:GetItem'] },
  progress: {
    ...report,
    ...tellPeople,
    ...arm,
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  complete: {
    ...report,
    ...countEnd,
    // How long receipts are kept.
    ...readSettings,
    // DeleteItem where none is kept, PutItem for a completion that comes before its registration.
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:DeleteSchedule'],
  },
  // All that the three operations may do of which a batch is made, and people are told of what it fails.
  batch: {
    ...report,
    ...tellPeople,
    ...arm,
    ...enter,
    ...countEnd,
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  },
  // Query reads the items in the order of the table, BatchGetItem by their ids and those that the index names.
  list: { ...count, ...readSettings, items: ['dynamodb:BatchGetItem', 'dynamodb:Query'] },
  reconcile: { items: ['dynamodb:BatchGetItem'] },
  // GetTopicAttributes says whether anybody would get the items, Query how many redrives are going on.
  'start-redrive': {
    ...count,
    ...readSettings,
    ...startRedrive,
    ...note,
    items: ['dynamodb:BatchGetItem'],
    'redrive topic': ['sns:GetTopicAttributes'],
    'registry running-redrive': ['dynamodb:PutItem', 'dynamodb:Query'],
  },
  // GetItem finds what the dry run was about.
  discard: {
    ...count,
    ...readSettings,
    ...startRedrive,
    ...note,
    items: ['dynamodb:BatchGetItem'],
    'registry redrive': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    'registry running-redrive': ['dynamodb:PutItem', 'dynamodb:Query'],
  },
  'list-redrives': { 'registry redrive': ['dynamodb:Query'] },
  'read-redrive': { 'registry redrive': ['dynamodb:GetItem'] },
  'change-redrive': { ...note, 'registry redrive': ['dynamodb:GetItem', 'dynamodb:PutItem'] },
  'run-redrives': {
    ...report,
    ...arm,
    ...count,
    ...readSettings,
    ...countEnd,
    'redrive topic': ['sns:GetTopicAttributes', 'sns:Publish'],
    // BatchGetItem reads a page, DeleteItem discards.
    items: [
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
    // Whether its settings still ask for an automatic one.
    'registry workflow': ['dynamodb:GetItem'],
    'registry redrive': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    // DeleteItem takes those from there that are at their end.
    'registry running-redrive': ['dynamodb:DeleteItem', 'dynamodb:Query'],
  },
  // Scan counts the items of every workflow at once.
  'list-workflows': {
    'items by-time': ['dynamodb:Query', 'dynamodb:Scan'],
    'registry workflow': ['dynamodb:Query'],
  },
  'read-workflow': { ...count, 'registry workflow': ['dynamodb:GetItem'] },
  'save-workflow': {
    ...count,
    ...note,
    'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  },
  'remove-workflow': {
    ...count,
    ...note,
    'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  },
  'silence-workflow': { ...note, 'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'end-silence': { ...note, 'registry workflow': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'list-incidents': {
    'registry open-incident': ['dynamodb:Query'],
    'registry ending-incident': ['dynamodb:Query'],
    'registry incident': ['dynamodb:Query'],
  },
  'read-incident': findIncident,
  'acknowledge-incident': {
    ...findIncident,
    ...note,
    'registry open-incident': ['dynamodb:Query', 'dynamodb:UpdateItem'],
  },
  'check-health': {
    items: ['dynamodb:GetItem'],
    'registry workflow': ['dynamodb:GetItem'],
    'registry warden': ['dynamodb:GetItem'],
    'timer group': ['scheduler:GetScheduleGroup'],
  },
  'list-audit': { 'registry audit': ['dynamodb:Query'] },
  'read-openapi': {},
  'answer-unrouted': {},
  'check-timers': {
    ...report,
    ...tellPeople,
    ...arm,
    // DeleteItem forgets canaries.
    items: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // Whether the warden was away, and that a canary came.
    'registry warden': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // What Lambda itself needs to poll the queue in the function's name.
    'expired timers': ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  },
  // UpdateItem notes when the token was last used.
  authorize: { 'registry token': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'create-token': { ...note, 'registry token': ['dynamodb:PutItem'] },
  'list-tokens': { 'registry token': ['dynamodb:Query'] },
  'revoke-token': { ...note, 'registry token': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  sweep: {
    ...report,
    ...tellPeople,
    ...arm,
    ...count,
    ...startRedrive,
    // PutItem and DeleteItem are for canaries: no other item is made or removed.
    items: [
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    'registry workflow': ['dynamodb:GetItem', 'dynamodb:Query'],
    // An incident that ends is moved to the ending ones, and from there to the past ones.
    'registry open-incident': [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    'registry ending-incident': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    // DeleteItem here and below forgets what is older than 90 days.
    'registry incident': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    // When the last one ended: the next one may be of the same trouble.
    'registry last-incident': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    'registry tally#*': ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem'],
    'registry registrations#*': ['dynamodb:GetItem'],
    'registry warden': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // Query finds the last automatic one.
    'registry redrive': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'registry dated-redrive': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'registry audit': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  },
};
