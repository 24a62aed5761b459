import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { keyOf } from '../../core/aws/items/keys.ts';
import type { SimulatedService } from './simulated-service.ts';

const parallel = 32;
const rounds = 3;

interface Item {
  workflow: string;
  item: string;
}

/** Bare UpdateItem calls a second in each of three rounds; none without items. */
export async function stormFloors(service: SimulatedService, items: readonly Item[]): Promise<number[]> {
  const perSecond: number[] = [];
  if (items.length === 0) return perSecond;
  for (let round = 0; round < rounds; round++) perSecond.push(await moveAll(service, items, round));
  return perSecond;
}

/**
 * Moves items from one queue of the index to another, as marking does. Each round has a queue of its own: the index
 * would not change if an item stayed in its queue.
 */
async function moveAll({ aws }: SimulatedService, items: readonly Item[], round: number): Promise<number> {
  const { client, name: TableName } = aws.service.items;
  const started = performance.now();
  await pLimit(parallel).map([...items], ({ workflow, item }) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf({ workflow, item }),
        UpdateExpression: 'SET #queue = :queue',
        ExpressionAttributeNames: { '#queue': 'queue' },
        ExpressionAttributeValues: { ':queue': { S: `${workflow}#floor#${round}` } },
      }),
    ),
  );
  return (items.length / (performance.now() - started)) * 1_000;
}
