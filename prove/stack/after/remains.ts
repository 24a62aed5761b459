import assert from 'node:assert/strict';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListScheduleGroupsCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Cloud } from '../cloud.ts';
import { inboxPrefix } from '../day/inbox.ts';
import { lastEventsOf, type Outputs } from '../deployment.ts';
import type { Template } from '../template/template.ts';

/** The resources that are kept according to docs/upgrade.md, by type. */
const keptTypes = ['AWS::DynamoDB::GlobalTable', 'AWS::Logs::LogGroup', 'AWS::Scheduler::ScheduleGroup'];

/**
 * After `npx cdk destroy` only the resources that docs/upgrade.md names are left: CloudFormation says so for every
 * resource, and the services for the resources that they list.
 *
 * @param stackId a deleted stack is known by its id
 */
export async function checkRemains(
  cloud: Cloud,
  stackId: string,
  outputs: Outputs,
  template: Template['Resources'],
): Promise<string> {
  const kept = new Map<string, string>();
  for (const event of await lastEventsOf(cloud, stackId)) {
    const { LogicalResourceId: id = '', ResourceStatus, PhysicalResourceId = '' } = event;
    const isKept = template[id]?.DeletionPolicy === 'Retain';
    assert.equal(ResourceStatus, isKept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE', id);
    if (isKept) kept.set(id, PhysicalResourceId);
  }
  const types = [...kept.keys()].map((id) => template[id]?.Type ?? '');
  assert.deepEqual(new Set(types), new Set(keptTypes));
  const ofType = (type: string) =>
    [...kept].filter(([id]) => template[id]?.Type === type).map(([, name]) => name);

  const { TableNames = [] } = await cloud.dynamodb.send(new ListTablesCommand({}));
  assert.deepEqual(TableNames.toSorted(), [outputs.ItemsTableName, outputs.RegistryTableName].toSorted());
  const { logGroups = [] } = await cloud.logs.send(new DescribeLogGroupsCommand({}));
  assert.deepEqual(
    logGroups.map(({ logGroupName }) => logGroupName).toSorted(),
    ofType('AWS::Logs::LogGroup').toSorted(),
  );
  const { ScheduleGroups = [] } = await cloud.scheduler.send(new ListScheduleGroupsCommand({}));
  const groups = ScheduleGroups.map(({ Name }) => Name).filter((name) => name !== 'default');
  assert.deepEqual(groups, ofType('AWS::Scheduler::ScheduleGroup'));
  const { Schedules = [] } = await cloud.scheduler.send(new ListSchedulesCommand({}));
  assert.deepEqual(
    Schedules.filter(({ GroupName }) => GroupName !== outputs.TimerGroupName),
    [],
    'schedules besides timers',
  );
  const { Functions } = await cloud.lambda.send(new ListFunctionsCommand({}));
  assert.deepEqual(Functions, []);
  const { Topics } = await cloud.sns.send(new ListTopicsCommand({}));
  assert.deepEqual(Topics ?? [], []);
  const { QueueUrls = [] } = await cloud.sqs.send(new ListQueuesCommand({}));
  assert.deepEqual(
    QueueUrls.filter((url) => !url.includes(`/${inboxPrefix}`)),
    [],
  );

  const { Items = [] } = await cloud.dynamodb.send(new ScanCommand({ TableName: outputs.ItemsTableName }));
  const open = Items.filter(({ state }) => state?.S !== 'completed');
  assert.ok(open.length > 0, 'the items that were open are gone');
  return `${kept.size} resources: 2 tables with ${open.length} open items, logs, ${Schedules.length} timers`;
}
