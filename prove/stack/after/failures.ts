import assert from 'node:assert/strict';
import { DescribeLogGroupsCommand, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Cloud } from '../cloud.ts';
import { resourcesOf } from '../deployment.ts';
import { leftOut } from '../template/left-out.ts';

/**
 * The lines that Lambda and the functions write if something went wrong, and the line that MiniStack writes for a warm
 * start.
 */
const failureMarks = ['"level":"error"', 'Task timed out', 'errorMessage', 'AccessDenied', 'Runtime.'];

/** No message is left in a queue of the stack: neither undeliverable nor waiting. */
export async function countMessages({ sqs, ...cloud }: Cloud): Promise<string> {
  const queues = (await resourcesOf({ sqs, ...cloud })).filter(
    ({ ResourceType }) => ResourceType === 'AWS::SQS::Queue',
  );
  assert.ok(queues.length > 0);
  for (const { LogicalResourceId, PhysicalResourceId } of queues) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: PhysicalResourceId, AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
    const held = Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
    assert.equal(held, 0, `messages in ${LogicalResourceId}`);
  }
  return `${queues.length} queues, dead letters among them, are empty`;
}

/** No function logged an error, and each that was called logged into its own group. */
export async function readLogs({ logs }: Cloud): Promise<string> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  let lines = 0;
  let used = 0;
  const faults: string[] = [];
  for (const { logGroupName } of logGroups) {
    let own = 0;
    for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
      for (const { message = '' } of page.events ?? []) {
        own += 1;
        if (failureMarks.some((mark) => message.includes(mark))) faults.push(`${logGroupName}: ${message}`);
      }
    }
    lines += own;
    if (own > 0) used += 1;
  }
  assert.deepEqual(faults, [], 'errors in the logs');
  return `${lines} lines in ${used} of ${logGroups.length} log groups, no error`;
}

/** MiniStack itself reports no failed delivery or invocation, and refused nothing but what it is known to refuse. */
export function readMinistackLog(text: string): string {
  const isKnown = (line: string) =>
    Object.entries(leftOut).some(([id, reason]) => line.includes(` ${id} `) && line.includes(reason));
  const faults = text
    .split('\n')
    .filter((line) => /\b(ERROR|CRITICAL)\b|Traceback/.test(line) && !isKnown(line));
  assert.deepEqual(faults, [], 'errors in the log of MiniStack');
  return 'none';
}
