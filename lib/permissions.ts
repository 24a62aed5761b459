import type { FunctionName } from './function-names.ts';

/** What a function may act on, besides its own log. */
export type Target =
  | 'items'
  | 'items by-due'
  | 'registry'
  | 'timers'
  | 'timer group'
  | 'timer role'
  | 'notification topic'
  | 'expired timers';

/** Actions by what they act on. */
export type Permissions = Partial<Record<Target, readonly string[]>>;

/** CreateSchedule names the role that the timer will use, and whoever passes a role needs a permission for it. */
const arm: Permissions = { timers: ['scheduler:CreateSchedule'], 'timer role': ['iam:PassRole'] };
const publish: Permissions = { 'notification topic': ['sns:Publish'] };
const count: Permissions = { 'items by-due': ['dynamodb:Query'] };

/**
 * What each function may do, exactly as its code calls AWS (core/aws) and no more. test/lib/permissions-used.test.ts
 * holds it to the calls that are made.
 */
export const permissions: Record<FunctionName, Permissions> = {
  register: {
    ...publish,
    // UpdateItem notes on the last attempt that its end was reported.
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    registry: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ...arm,
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  },
  read: { items: ['dynamodb:GetItem'] },
  progress: {
    ...publish,
    ...arm,
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  complete: {
    ...publish,
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:DeleteSchedule'],
  },
  list: count,
  'list-workflows': { ...count, registry: ['dynamodb:Query'] },
  'read-workflow': { ...count, registry: ['dynamodb:GetItem'] },
  'save-workflow': { ...count, registry: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'remove-workflow': { ...count, registry: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'check-health': {
    items: ['dynamodb:GetItem'],
    registry: ['dynamodb:GetItem'],
    'timer group': ['scheduler:GetScheduleGroup'],
  },
  'read-openapi': {},
  'answer-unrouted': {},
  'check-timers': {
    ...publish,
    ...arm,
    items: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // What Lambda itself needs to poll the queue in the function's name.
    'expired timers': ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  },
  // UpdateItem notes when the token was last used.
  authorize: { registry: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'create-token': { registry: ['dynamodb:PutItem'] },
  'list-tokens': { registry: ['dynamodb:Query'] },
  'revoke-token': { registry: ['dynamodb:UpdateItem'] },
  // Nothing until it does something.
  sweep: {},
};
