import type { ServiceFunctionName } from './function-names.ts';
import {
  arm,
  carryOutBatch,
  changeWorkflow,
  count,
  countEnd,
  enter,
  findIncident,
  incidentNow,
  itemsByTime,
  measure,
  note,
  notifyPeople,
  type Permissions,
  readSettings,
  receive,
  report,
  startRedrive,
  workOnItems,
} from './permission-sets.ts';

/**
 * What each function may do: exactly the AWS calls of its code (core/aws). test/lib/permissions-used.test.ts compares
 * it with the calls that are made.
 */
export const permissions: Record<ServiceFunctionName, Permissions> = {
  register: {
    ...measure,
    ...report,
    ...arm,
    ...enter,
    ...countEnd,
    // UpdateItem records that the breach of the last attempt was reported.
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  },
  read: { items: ['dynamodb:GetItem'] },
  // After a step, an item that was not started is waiting or overdue.
  progress: {
    ...measure,
    ...countEnd,
    ...report,
    ...notifyPeople,
    ...arm,
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  // A failed item keeps its timer, so nothing is armed.
  fail: {
    ...measure,
    ...report,
    ...notifyPeople,
    items: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  },
  complete: {
    ...measure,
    ...report,
    ...countEnd,
    // How long receipts are kept.
    ...readSettings,
    // DeleteItem if no receipt is kept, PutItem for a completion before its registration.
    items: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    timers: ['scheduler:DeleteSchedule'],
  },
  batch: carryOutBatch,
  ingest: { ...carryOutBatch, 'ingest queue': receive },
  // Query reads the items in the order of the table. BatchGetItem reads them by their ids, also the items that the
  // index names.
  list: { ...count, ...readSettings, items: ['dynamodb:BatchGetItem', 'dynamodb:Query'] },
  reconcile: { items: ['dynamodb:BatchGetItem'] },
  // GetTopicAttributes says whether anybody would receive the items, Query how many redrives are running.
  'start-redrive': {
    ...count,
    ...readSettings,
    ...startRedrive,
    ...note,
    items: ['dynamodb:BatchGetItem'],
    'redrive topic': ['sns:GetTopicAttributes'],
    'registry running-redrive': ['dynamodb:PutItem', 'dynamodb:Query'],
  },
  // GetItem reads the dry run.
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
  // BatchGetItem reads the outcomes of the resumed items.
  'read-redrive': {
    items: ['dynamodb:BatchGetItem'],
    'registry redrive': ['dynamodb:GetItem'],
    'registry dated-redrive': ['dynamodb:Query'],
  },
  'change-redrive': {
    ...note,
    'registry redrive': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    'registry open-incident': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  },
  'run-redrives': {
    ...measure,
    ...report,
    ...arm,
    ...count,
    ...readSettings,
    ...countEnd,
    'redrive topic': ['sns:GetTopicAttributes', 'sns:Publish'],
    // BatchGetItem reads a page, DeleteItem discards.
    ...workOnItems,
    timers: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
    // Whether the settings still have automatic redrives.
    'registry workflow': ['dynamodb:GetItem'],
    'registry redrive': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    // The items that it has resumed.
    'registry dated-redrive': ['dynamodb:PutItem'],
    // DeleteItem removes the markers of redrives that have ended.
    'registry running-redrive': ['dynamodb:DeleteItem', 'dynamodb:Query'],
  },
  // Scan counts the items of every workflow at once.
  'list-workflows': {
    [itemsByTime]: ['dynamodb:Query', 'dynamodb:Scan'],
    'registry workflow': ['dynamodb:Query'],
  },
  'read-workflow': {
    ...count,
    'registry workflow': ['dynamodb:GetItem'],
    'registry statistics#*': ['dynamodb:Query'],
  },
  'read-statistics': {
    'registry statistics#*': ['dynamodb:Query'],
    'registry workflow': ['dynamodb:GetItem'],
  },
  // Scan counts the items of every workflow at once.
  'read-metrics': {
    [itemsByTime]: ['dynamodb:Query', 'dynamodb:Scan'],
    'registry open-incident': ['dynamodb:Query'],
    'registry statistics#*': ['dynamodb:Query'],
    'registry warden': ['dynamodb:GetItem'],
    'registry workflow': ['dynamodb:Query'],
  },
  'save-workflow': { ...count, ...changeWorkflow },
  'change-workflow': { ...count, ...changeWorkflow },
  'remove-workflow': { ...count, ...changeWorkflow },
  'silence-workflow': changeWorkflow,
  'end-silence': changeWorkflow,
  'list-incidents': {
    'registry open-incident': ['dynamodb:Query'],
    'registry ending-incident': ['dynamodb:Query'],
    'registry incident': ['dynamodb:Query'],
  },
  'read-incident': { ...findIncident, ...incidentNow },
  'acknowledge-incident': {
    ...findIncident,
    ...incidentNow,
    ...note,
    'registry open-incident': ['dynamodb:Query', 'dynamodb:UpdateItem'],
  },
  'check-health': {
    // An item that does not exist, and no other item.
    'health item': ['dynamodb:GetItem'],
    'registry workflow': ['dynamodb:GetItem'],
    'registry warden': ['dynamodb:GetItem'],
    'timer group': ['scheduler:GetScheduleGroup'],
    'dead letters': ['sqs:GetQueueAttributes'],
  },
  'list-audit': { 'registry audit': ['dynamodb:Query'] },
  'read-openapi': {},
  'answer-unrouted': {},
  console: {},
  badge: { ...count, 'registry workflow': ['dynamodb:GetItem'] },
  'check-timers': {
    ...measure,
    ...report,
    ...notifyPeople,
    ...arm,
    // DeleteItem removes canaries.
    items: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // Reads whether the warden had an outage, and records that a canary was found.
    'registry warden': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    'expired timers': receive,
  },
  // UpdateItem records when the token was last used.
  authorize: { 'registry token': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  'create-token': { ...note, 'registry token': ['dynamodb:PutItem'] },
  'list-tokens': { 'registry token': ['dynamodb:Query'] },
  'revoke-token': { ...note, 'registry token': ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
  sweep: {
    ...measure,
    ...report,
    ...notifyPeople,
    ...arm,
    ...count,
    ...startRedrive,
    // GetTopicAttributes says whether anybody is subscribed.
    'notification topic': ['sns:GetTopicAttributes', 'sns:Publish'],
    'alarm topic': ['sns:GetTopicAttributes'],
    // PutItem and DeleteItem are for canaries: no other item is created or removed.
    ...workOnItems,
    // UpdateItem and DeleteItem are for removed workflows.
    'registry workflow': ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    // An incident that ends is moved to the ending incidents, and from there to the past incidents.
    'registry open-incident': [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    'registry ending-incident': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    // DeleteItem here and below deletes records older than 90 days.
    'registry incident': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    // The end of the last incident: the next incident may be the same trouble.
    'registry last-incident': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    'registry tally#*': ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem'],
    'registry registrations#*': ['dynamodb:Query'],
    'registry warden': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    // Query finds the last automatic redrive.
    'registry redrive': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'registry dated-redrive': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'registry audit': ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  },
};
