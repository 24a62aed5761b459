import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { ItemState } from '../../contract/item.ts';
import { isOpen } from '../../model/item/item-record.ts';
import { attributes as storedAttributes } from '../attributes.ts';
import type { Placed, UnreadableItem } from './in-order.ts';
import { partitionOf, shardOf, tableShards } from './keys.ts';
import { storedOrError } from './stored.ts';
import { type ItemsTable, isGone, projectionButData } from './table.ts';

export interface Walk {
  workflow: string;
  states: readonly ItemState[];
  /** The beginning of the ids. */
  prefix?: string | undefined;
  order: 'asc' | 'desc';
  /** Continue after this position. */
  after: string | undefined;
  data: boolean;
  /** In ms since the epoch. Receipts expired by then count as gone. */
  now: number;
}

/** The position of a walk, to continue it later. */
export interface WalkedPart {
  found: (Placed | UnreadableItem)[];
  /** Everything up to this position was read. Undefined at the end of the walk. */
  position: string | undefined;
}

/** How many partitions are read at the same time, if the earlier ones had few items. */
const mostAtOnce = 16;
const mostPageSize = 1_000;
/** Bytes of a sort key in DynamoDB. */
const mostSortKeyBytes = 1_024;

/**
 * Items and receipts of a workflow in the order of the table, which no change affects: partition by partition, and by
 * id in each. Read lazily, part by part, consistently. A part can be empty: DynamoDB itself skips other states.
 *
 * @param pageSize records of a partition read at once
 */
export async function* walkTable(
  items: ItemsTable,
  walk: Walk,
  pageSize: number,
): AsyncGenerator<WalkedPart> {
  const shards = shardsFrom(walk);
  let after = walk.after;
  let atOnce = 1;
  let size = pageSize;
  while (shards.length > 0) {
    const now = shards.splice(0, atOnce);
    const replies = await Promise.all(
      now.map((shard, index) => query(items, walk, shard, index === 0 ? after : undefined, size)),
    );
    after = undefined;
    for (const [index, reply] of replies.entries()) {
      const shard = now[index] ?? 0;
      const found = reply.items.flatMap((attributes) => placed(attributes, shard, walk.now));
      if (reply.last !== undefined) {
        // Later partitions are read again when their turn comes.
        shards.unshift(...now.slice(index));
        after = positionOf(shard, reply.last);
        yield { found, position: after };
        // Most records were in other states.
        if (found.length < size / 2) size = Math.min(mostPageSize, size * 2);
        break;
      }
      const isLast = index === replies.length - 1 && shards.length === 0;
      yield { found, position: isLast ? undefined : endOf(shard) };
    }
    // Read several partitions at once only while each has little: more may be read than the caller wants.
    const isSparse = after === undefined && replies.every((reply) => reply.items.length < size / atOnce);
    atOnce = isSparse ? Math.min(mostAtOnce, atOnce * 2) : 1;
  }
}

/** Whether a position belongs to a walk: a partition, and an id in it or its end. */
export function isWalkPosition(position: string, prefix = ''): boolean {
  if (/^\d\d~$/.test(position)) return Number(position.slice(0, 2)) < tableShards;
  const item = position.slice(3);
  // DynamoDB refuses to continue after a text that cannot be a key.
  const isKey = item !== '' && Buffer.byteLength(item) <= mostSortKeyBytes;
  return isKey && position === positionOf(shardOf(item), item) && item.startsWith(prefix);
}

function positionOf(shard: number, item: string): string {
  return `${String(shard).padStart(2, '0')}#${item}`;
}

/** The position behind a whole partition. */
function endOf(shard: number): string {
  return `${String(shard).padStart(2, '0')}~`;
}

function shardsFrom({ order, after }: Walk): number[] {
  const all = Array.from({ length: tableShards }, (_, shard) => shard);
  const inOrder = order === 'asc' ? all : all.reverse();
  if (after === undefined) return inOrder;
  const at = inOrder.indexOf(Number(after.slice(0, 2)));
  return inOrder.slice(after[2] === '~' ? at + 1 : at);
}

async function query(
  items: ItemsTable,
  { workflow, states, prefix, order, data }: Walk,
  shard: number,
  after: string | undefined,
  pageSize: number,
): Promise<{ items: Record<string, AttributeValue>[]; last: string | undefined }> {
  const pk = partitionOf(workflow, shard);
  const named = Object.fromEntries(states.map((state, index) => [`:state${index}`, state]));
  const reply = await items.client.send(
    new QueryCommand({
      TableName: items.name,
      KeyConditionExpression: `#pk = :pk${prefix === undefined ? '' : ' AND begins_with(#item, :prefix)'}`,
      FilterExpression: `#state IN (${Object.keys(named).join(', ')})`,
      ...(!data && { ProjectionExpression: projectionButData.ProjectionExpression }),
      ExpressionAttributeNames: {
        '#pk': 'pk',
        '#state': 'state',
        ...(prefix !== undefined && { '#item': 'item' }),
        ...(!data && projectionButData.ExpressionAttributeNames),
      },
      ExpressionAttributeValues: storedAttributes({
        ':pk': pk,
        ...named,
        ...(prefix !== undefined && { ':prefix': prefix }),
      }),
      ConsistentRead: true,
      ScanIndexForward: order === 'asc',
      Limit: pageSize,
      ...(after?.[2] === '#' && { ExclusiveStartKey: storedAttributes({ pk, item: after.slice(3) }) }),
    }),
  );
  return { items: reply.Items ?? [], last: reply.LastEvaluatedKey?.item?.S };
}

function placed(
  attributes: Record<string, AttributeValue>,
  shard: number,
  now: number,
): (Placed | UnreadableItem)[] {
  const item = String(attributes.item?.S);
  const position = positionOf(shard, item);
  const record = storedOrError(attributes);
  if (record instanceof Error) return [{ item, position, error: record }];
  return isOpen(record) || !isGone(record, now) ? [{ record, position }] : [];
}
