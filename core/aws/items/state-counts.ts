import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type QueueName, queueNames } from '../../model/item/queue-names.ts';
import { byTime } from '../../names/tables.ts';
import { timeOf } from './keys.ts';

/** The count of the items in a queue of a workflow, and the time of the first. */
export interface StateCount {
  count: number;
  /** There are at least `count` items. */
  capped: boolean;
  /** ISO 8601: the next check of a waiting item, the registration of a breached item. */
  first?: string;
}
export type StateCounts = Record<QueueName, StateCount>;

/** How many pages of 1 MB of the whole index are read to count all workflows at once. */
const mostPages = 4;

/**
 * The counts of every workflow with open items, read in a few calls. Undefined if there are too many items: then
 * count each workflow alone.
 */
export async function countEveryWorkflow(
  client: DynamoDBClient,
  table: string,
): Promise<Map<string, StateCounts> | undefined> {
  const counts = new Map<string, StateCounts>();
  let start: Record<string, AttributeValue> | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const reply = await client.send(
      new ScanCommand({
        TableName: table,
        IndexName: byTime.name,
        ProjectionExpression: '#queue, #time',
        ExpressionAttributeNames: { '#queue': byTime.partition, '#time': byTime.sort },
        ExclusiveStartKey: start,
      }),
    );
    for (const { queue, time } of reply.Items ?? []) add(counts, String(queue?.S), String(time?.S));
    start = reply.LastEvaluatedKey;
    if (!start) return counts;
  }
  return undefined;
}

function add(counts: Map<string, StateCounts>, queue: string, position: string): void {
  const [workflow = '', state] = queue.split('#');
  const of = counts.get(workflow) ?? noCounts();
  counts.set(workflow, of);
  const counted = of[state as QueueName];
  // A state of a later version is not counted.
  if (!counted) return;
  counted.count++;
  const time = timeOf(position);
  if (counted.first === undefined || time < counted.first) counted.first = time;
}

export function noCounts(): StateCounts {
  return Object.fromEntries(queueNames.map((name) => [name, { count: 0, capped: false }])) as StateCounts;
}
