import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { OpenState } from '../../contract/item.ts';
import { currentSteps, type ItemRecord, isOpen } from '../../model/item/item-record.ts';
import type { Receipt } from '../../model/item/receipt.ts';

/**
 * Partitions of a workflow in the items table. Fixed, because an item is found by its id alone: were two processes to know
 * different numbers, one id could be registered twice (docs/adr/0022). A partition takes 1,000 write units a second, so ids
 * in order of time reach 32,000; DynamoDB splits partitions of other ids further.
 */
export const tableShards = 32;

/** Partitions of a workflow and state in the index, of workflows that do not set `shards`. */
export const defaultQueueShards = 8;
export const mostQueueShards = 64;

function hashOf(item: string): Buffer {
  return createHash('sha256').update(item).digest();
}

export function partitionOf(workflow: string, shard: number): string {
  return `${workflow}#${String(shard).padStart(2, '0')}`;
}

export function shardOf(item: string): number {
  return hashOf(item).readUInt8(0) % tableShards;
}

/** The primary key of an item. */
export function keyOf({
  workflow,
  item,
}: {
  workflow: string;
  item: string;
}): Record<string, AttributeValue> {
  return { pk: { S: partitionOf(workflow, shardOf(item)) }, item: { S: item } };
}

/** The workflow that a partition key begins with. No name of a workflow has a `#`. */
export function workflowOf(key: string): string {
  return key.slice(0, key.indexOf('#'));
}

export function queueOf(workflow: string, state: OpenState, shard: number): string {
  return `${workflow}#${state}#${shard}`;
}

/**
 * Where an open item stands in the index. What is still to be checked is in the queue of waiting items, in order of the next
 * check, which a later deadline does not move. Overdue and failed items are there, too, until they are reported: marking one
 * costs no write to the index, and the sweep finds one that whoever marked it could not report. From then on they are in
 * queues of their own, in order of registration. `time` ends in a hash of the id, so that no two items of a workflow are at
 * the same place.
 *
 * `since` is when a reported item was first overdue or failed.
 */
export function placeOf(
  record: Pick<
    ItemRecord,
    | 'workflow'
    | 'item'
    | 'state'
    | 'timerAt'
    | 'registeredAt'
    | 'queueShards'
    | 'failure'
    | 'breachedAt'
    | 'reportedAt'
  >,
): { queue: string; time: string; since?: string | undefined } {
  const hash = hashOf(record.item);
  const shard = hash.readUInt16BE(1) % (record.queueShards ?? defaultQueueShards);
  const isReported = record.reportedAt !== undefined;
  const at = isReported ? record.registeredAt : (record.failure?.at ?? record.timerAt);
  return {
    queue: queueOf(record.workflow, isReported ? record.state : 'waiting', shard),
    time: `${at}#${hash.toString('base64url').slice(0, 22)}`,
    ...(isReported && { since: record.breachedAt }),
  };
}

/** A record with the keys and attributes that follow from it. */
export function attributesOf(record: ItemRecord | Receipt): Record<string, AttributeValue> {
  const follows = isOpen(record)
    ? { ...placeOf(record), stepNames: currentSteps(record).map(({ step }) => step) }
    : {};
  return {
    ...marshall({ ...record, ...follows }, { removeUndefinedValues: true }),
    ...keyOf(record),
  };
}

/** The time that a place in the index begins with. */
export function timeOf(position: string): string {
  return position.slice(0, position.indexOf('#'));
}
