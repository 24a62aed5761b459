import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { Receipt } from '../../core/model/item/receipt.ts';
import { ProcessWarden } from '../../lib/process-warden.ts';
import { itemsTableDefinition, registryTableDefinition } from '../../local/tables.ts';
import {
  bundles,
  context,
  onlyTemplate,
  type Properties,
  type Resource,
  resourcesOf,
  synthesise,
  synthesiseChanged,
} from './synth.ts';

const { resources } = synthesise({ alertEmails: ['people@example.com'] });
const stateTypes = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::ScheduleGroup',
];

/** Another logical id is another resource: an upgrade would leave its items, timers or messages behind. */
test('the logical ids of all state are the same as in every version', () => {
  const ids = stateTypes.flatMap((type) => Object.keys(resources(type)));
  expect(ids.sort()).toEqual([
    'ProcessWardenAlarmsDeadLettersADA43E9C',
    'ProcessWardenAlarmsTopic529406DD',
    'ProcessWardenExpiredTimersDeadLetters9D7F2D5A',
    'ProcessWardenExpiredTimersQueueA2FCA8E5',
    'ProcessWardenItemEventsTopic6B3619E5',
    'ProcessWardenItems7D180A41',
    'ProcessWardenNotificationsDeadLetters743972CD',
    'ProcessWardenNotificationsTopic8EB05E7B',
    'ProcessWardenRedrivesTopic0C05B4CF',
    'ProcessWardenRegistry3ED82AC7',
    'ProcessWardenRunRedrivesDeadLetters219F9322',
    'ProcessWardenRunRedrivesGroupF3FC8C55',
    'ProcessWardenSweepDeadLettersFAAA050F',
    'ProcessWardenSweepGroupF37090B4',
    'ProcessWardenTimersDeadLetters5FA0C53F',
    'ProcessWardenTimersGroupE26C3B0D',
  ]);
});

const retained = [
  'ProcessWardenItems7D180A41',
  'ProcessWardenRegistry3ED82AC7',
  'ProcessWardenTimersGroupE26C3B0D',
];

test('tables and timers are kept when the stack is removed, and tables cannot be deleted by hand', () => {
  for (const id of retained) {
    expect(resources()[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
  for (const { Properties } of Object.values(resources('AWS::DynamoDB::GlobalTable'))) {
    expect(Properties.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
    });
  }
});

test('with DESTROY everything is deleted', () => {
  const destroyed = synthesiseChanged();
  for (const id of retained) expect(destroyed.resources()[id]?.DeletionPolicy).toBe('Delete');
  for (const { Properties } of Object.values(destroyed.resources('AWS::DynamoDB::GlobalTable'))) {
    expect(Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
  }
});

test('nothing has a physical name, so a second deployment and a new one after a removal are possible', () => {
  const named = Object.entries(resources()).filter(([, { Type, Properties = {} }]) =>
    Object.keys(Properties).some(
      (key) =>
        /^((Table|Topic|Queue|Function|Role|Alarm|LogGroup|Dashboard)?Name)$/.test(key) &&
        // Exceptions that are not names of resources in the account: an API may share its name with others.
        !['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Authorizer'].includes(Type) &&
        typeof Properties[key] === 'string',
    ),
  );
  expect(named).toEqual([]);
});

/** The keys and indexes of a table, as both definitions must have them. */
function shapeOf({ KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] }: Properties) {
  return {
    KeySchema,
    attributes: new Set(
      AttributeDefinitions.map(
        ({ AttributeName, AttributeType }: Properties) => `${AttributeName} ${AttributeType}`,
      ),
    ),
    indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }: Properties) => ({
      IndexName,
      KeySchema,
      type: Projection.ProjectionType,
      attributes: new Set(Projection.NonKeyAttributes),
    })),
  };
}

test.each([
  ['ProcessWardenItems7D180A41', itemsTableDefinition('items')],
  ['ProcessWardenRegistry3ED82AC7', registryTableDefinition('registry')],
])('the table %s has the keys and indexes that the local one has', (id, local) => {
  expect(shapeOf(resources()[id]?.Properties ?? {})).toEqual(shapeOf(local));
});

test('DynamoDB deletes expired receipts', () => {
  const { TimeToLiveSpecification } = resources().ProcessWardenItems7D180A41?.Properties ?? {};
  expect(TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  expect(Object.keys(Receipt.shape)).toContain('expiresAt');
});

test('the index projects what counting needs, and nothing that a step, tags or data change', () => {
  const indexes: Properties[] =
    resources().ProcessWardenItems7D180A41?.Properties.GlobalSecondaryIndexes ?? [];
  expect(indexes).toHaveLength(1);
  expect(indexes[0]?.Projection.NonKeyAttributes).toEqual(['attempt', 'since']);
});

test('a warden with both APIs leaves room in a stack, which may have 500 resources', () => {
  expect(Object.keys(resources()).length).toBeLessThan(440);
});

test('two wardens share nothing, not even in one stack', () => {
  // Together they have more resources than a stack may have.
  const unlimited = { ...context, '@aws-cdk/core:stackResourceLimit': 0 };
  const stack = new Stack(new App({ ...onlyTemplate, context: unlimited }), 'App');
  const orders = new ProcessWarden(stack, 'Orders', { bundles, apis: ['iam'] });
  const uploads = new ProcessWarden(stack, 'Uploads', { bundles, apis: ['iam'] });
  expect(orders.metric('Overdue').dimensions).not.toEqual(uploads.metric('Overdue').dimensions);
  const all: [string, Resource][] = Object.entries(resourcesOf(Template.fromStack(stack)));
  const mixed = all.filter(([id, resource]) => {
    const text = JSON.stringify(resource);
    return id.startsWith('Orders') ? /"Uploads/.test(text) : /"Orders/.test(text);
  });
  expect(mixed).toEqual([]);
  expect(all.filter(([id]) => id.startsWith('Orders')).length).toBe(all.length / 2);
});
