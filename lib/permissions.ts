import type { FunctionName } from './function-names.ts';

/** What a function may act on, besides its own log. */
export type Target =
  | 'items'
  | 'items by-due'
  | 'items by-registered'
  | 'registry'
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
  registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
};
const tellPeople: Permissions = { 'notification topic': ['sns:Publish'] };
const count: Permissions = { 'items by-due': ['dynamodb:Query'] };
const byRegistration: Permissions = { 'items by-registered': ['dynamodb:Query'] };

/**
 * What each function may do, exactly as its code calls AWS (core/aws) and no more. test/lib/permissions-used.test.ts
 * holds it to the calls that are made.
 */
export const permissions: Record<FunctionName, Permissions> = {
  register: {
    ...report,
    ...arm,
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
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:DeleteSchedule'],
  },
  // All that the three operations may do of which a batch is made, and people are told of what it fails.
  batch: {
    ...report,
    ...tellPeople,
    ...arm,
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  },
  // BatchGetItem reads items by their ids, and with their data.
  list: { ...count, ...byRegistration, items: ['dynamodb:BatchGetItem'] },
  // GetTopicAttributes says whether anybody would get the items, Query how many redrives are going on.
  'start-redrive': {
    ...byRegistration,
    items: ['dynamodb:BatchGetItem'],
    registry: ['dynamodb:PutItem', 'dynamodb:Query'],
    'redrive topic': ['sns:GetTopicAttributes'],
  },
  discard: {
    ...byRegistration,
    items: ['dynamodb:BatchGetItem'],
    registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  },
  'list-redrives': { registry: ['dynamodb:Query'] },
  'read-redrive': { registry: ['dynamodb:GetItem'] },
  'change-redrive': { registry: ['dynamodb:GetItem', 'dynamodb:PutItem'] },
  'run-redrives': {
    ...report,
    ...arm,
    ...byRegistration,
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
    // Query finds those that are running, DeleteItem takes those from there that are at their end.
    registry: [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
  },
  'list-workflows': { ...count, registry: ['dynamodb:Query'] },
  'read-workflow': { ...count, registry: ['dynamodb:GetItem'] },
  'save-workflow': { ...count, registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  'remove-workflow': { ...count, registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  'silence-workflow': { registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  'end-silence': { registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  'list-incidents': { registry: ['dynamodb:Query'] },
  // Query looks for it among the open ones, GetItem among the others.
  'read-incident': { registry: ['dynamodb:GetItem', 'dynamodb:Query'] },
  'acknowledge-incident': {
    registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  },
  'check-health': {
    items: ['dynamodb:GetItem'],
    registry: ['dynamodb:GetItem'],
    'timer group': ['scheduler:GetScheduleGroup'],
  },
  'list-audit': { registry: ['dynamodb:Query'] },
  'read-openapi': {},
  'answer-unrouted': {},
  'check-timers': {
    ...report,
    ...tellPeople,
    ...arm,
    // DeleteItem forgets canaries.
    items: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // What Lambda itself needs to poll the queue in the function's name.
    'expired timers': ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  },
  // UpdateItem notes when the token was last used.
  authorize: { registry: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'create-token': { registry: ['dynamodb:PutItem'] },
  'list-tokens': { registry: ['dynamodb:Query'] },
  'revoke-token': { registry: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  sweep: {
    ...report,
    ...tellPeople,
    ...arm,
    ...count,
    ...byRegistration,
    // PutItem and DeleteItem are for canaries: no other item is made or removed.
    items: [
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    // DeleteItem moves incidents that have ended, and forgets them and the audit log's entries after 90 days.
    registry: [
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
  },
};
