/** The floor for pairs.ts, which starts it as a child: the bare SDK calls of a pair. */
import { randomUUID } from 'node:crypto';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
import pLimit from 'p-limit';
import { attributesOf, keyOf } from '../core/aws/items/keys.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import * as names from '../local/names.ts';
import { itemRecord } from '../test/support/item-record.ts';

export const concurrency = 16;
/** The attributes of every item. */
export const data = { order: 4711, path: 's3://uploads/2026/03/4711.parquet', bytes: 123_456_789 };
const hourMs = 3_600_000;

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) await serveFloor(folder);

/** Runs the task this many times and counts the errors. */
export async function timed(times: number, task: () => Promise<void>) {
  const limit = pLimit(concurrency);
  let errors = 0;
  const started = performance.now();
  await limit.map(Array.from({ length: times }), () => task().catch(() => errors++));
  return { errors, perSecond: (times / (performance.now() - started)) * 1_000 };
}

/**
 * Embedded AWS and the bare calls in one process. Makes the number of pairs that each message of its parent asks for.
 */
async function serveFloor(folder: string): Promise<void> {
  const aws = await startEmbeddedAws({ data: folder, clock: systemClock, log: createLog(() => {}) });
  const pair = async () => {
    const id = randomUUID();
    const timer = { Name: id, GroupName: names.timerGroup };
    const at = new Date(Date.now() + hourMs).toISOString();
    await aws.scheduler.send(
      new CreateScheduleCommand({
        ...timer,
        ScheduleExpression: `at(${at.slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: aws.timerQueue.arn, RoleArn: names.timerRoleArn, Input: JSON.stringify({ item: id }) },
      }),
    );
    const record = itemRecord({ workflow: 'bench', item: id, timerAt: at, data: JSON.stringify(data) });
    await aws.dynamodb.send(new PutItemCommand({ TableName: names.itemsTable, Item: attributesOf(record) }));
    // A receipt is in no index and has no data.
    await aws.dynamodb.send(
      new UpdateItemCommand({
        TableName: names.itemsTable,
        Key: keyOf(record),
        UpdateExpression: 'SET #state = :completed REMOVE #queue, #time, #data',
        ExpressionAttributeNames: { '#state': 'state', '#queue': 'queue', '#time': 'time', '#data': 'data' },
        ExpressionAttributeValues: { ':completed': { S: 'completed' } },
      }),
    );
    await aws.scheduler.send(new DeleteScheduleCommand(timer));
  };
  process.on('message', async (pairs: number) => process.send?.(await timed(pairs, pair)));
  process.once('disconnect', () => process.exit(0));
}
