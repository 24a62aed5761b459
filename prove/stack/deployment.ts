import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackEvent,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Cloud } from './cloud.ts';
import { cdk } from './command.ts';
import { account, awsEnvironment, region } from './ministack/account.ts';
import { type Assembly, stackName } from './template/assembly.ts';

/** The outputs of the stack that are used here: bin/stack.ts names them. */
export interface Outputs {
  IamApiUrl: string;
  TokenApiUrl: string;
  NotificationTopicArn: string;
  ChatTopicArn: string;
  ItemEventTopicArn: string;
  RedriveTopicArn: string;
  AlarmTopicArn: string;
  ItemsTableName: string;
  RegistryTableName: string;
  TimerGroupName: string;
  CreateTokenFunctionName: string;
}

/** `npx cdk bootstrap && npx cdk deploy`. Throws if CloudFormation could not create a resource. */
export async function deploy({ folder }: Assembly, endpoint: string): Promise<Outputs> {
  const environment = awsEnvironment(endpoint);
  await cdk(['bootstrap', '--app', folder, `aws://${account}/${region}`], environment);
  const outputs = join(folder, 'outputs.json');
  const options = ['--require-approval', 'never', '--outputs-file', outputs];
  await cdk(['deploy', '--app', folder, ...options], environment);
  return JSON.parse(readFileSync(outputs, 'utf8'))[stackName];
}

/** `npx cdk destroy`. */
export async function destroy({ folder }: Assembly, endpoint: string): Promise<void> {
  await cdk(['destroy', '--app', folder, '--force'], awsEnvironment(endpoint));
}

/** The id of the stack, by which it is still known when it is deleted. */
export async function stackIdOf({ cloudFormation }: Cloud): Promise<string> {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  return Stacks[0]?.StackId ?? '';
}

/** The resources of the stack, as CloudFormation knows them. */
export async function resourcesOf({ cloudFormation }: Cloud): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  const input = { StackName: stackName };
  for await (const page of paginateListStackResources({ client: cloudFormation }, input)) {
    found.push(...(page.StackResourceSummaries ?? []));
  }
  return found;
}

/**
 * What happened last to each resource of a stack that was deleted: it is known by its id alone, and MiniStack lists no
 * resources of it any more.
 */
export async function lastEventsOf({ cloudFormation }: Cloud, stackId: string): Promise<StackEvent[]> {
  const found = new Map<string, StackEvent>();
  // The newest event comes first.
  for await (const page of paginateDescribeStackEvents({ client: cloudFormation }, { StackName: stackId })) {
    for (const event of page.StackEvents ?? []) {
      const { LogicalResourceId: id = '' } = event;
      if (id !== stackName && !found.has(id)) found.set(id, event);
    }
  }
  return [...found.values()];
}
