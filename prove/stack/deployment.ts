import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeStacksCommand,
  paginateListStackResources,
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

/** The resources of a stack, as CloudFormation knows them: a stack that was deleted is known by its id alone. */
export async function resourcesOf(
  { cloudFormation }: Cloud,
  stack = stackName,
): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack })) {
    found.push(...(page.StackResourceSummaries ?? []));
  }
  return found;
}
