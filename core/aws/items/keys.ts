import { hash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { currentSteps, type ItemRecord, isOpen } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import { type QueueName, queueNameOf } from '../../model/item/queue-names.ts';
import type { Receipt } from '../../model/item/receipt.ts';
import { attributes } from '../attributes.ts';

/**
 * Partitions of a workflow in the items table. The number is fixed, because an item is found by its id alone: if two
 * processes knew different numbers, one id could be registered twice (docs/adr/0022). A partition takes 1,000 write
 * units a second, so a workflow whose ids are in order of time reaches 32,000; for other ids, DynamoDB splits the
 * partitions further.
 */
export const tableShards = 32;

/** Partitions per workflow and state in the index, for workflows without the setting `shards`. */
export const defaultQueueShards = 8;
export const mostQueueShards = 64;

/** A digest that Node returns as a string is a third of the work: a Buffer of its own is expensive to make. */
function hashOf(item: string): Buffer {
  return Buffer.from(hash('sha256', item, 'binary'), 'binary');
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

/** The workflow at the beginning of a partition key. No workflow's name has a `#`. */
export function workflowOf(key: string): string {
  return key.slice(0, key.indexOf('#'));
}

export function queueOf(workflow: string, queue: QueueName, shard: number): string {
  return `${workflow}#${queue}#${shard}`;
}

/**
 * The position of an open item in the index. Items with a next check are in the queue of waiting items, in order of
 * the next check, which a later deadline does not move. Breached items stay there until they are reported: marking an
 * item costs no write to the index, and the sweep finds an item that was marked but not reported. Once reported they
 * are in queues of their own, in order of registration. `time` ends in a hash of the id, so no two items of a
 * workflow have the same position.
 *
 * `since` is when a reported item was first breached. For an item that was not started in time it is the deadline: the
 * sweep then finds the items whose deadline has passed too. An item whose redrive message no upstream service has
 * accepted yet has no `since`: automatic redrives leave it out. For a resumed item it is the time of the resume and the
 * incident in which the item was reported: the resumed items of an incident are counted by it. For a stuck item it ends
 * in a word that says so (docs/adr/0039).
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
    | 'incident'
    | 'startedAt'
    | 'neverStarted'
    | 'deadline'
    | 'taken'
    | 'stuckAt'
  >,
): { queue: string; time: string; since?: string | undefined } {
  const hash = hashOf(record.item);
  const shard = hash.readUInt16BE(1) % (record.queueShards ?? defaultQueueShards);
  const isReported = record.reportedAt !== undefined;
  const at = isReported ? record.registeredAt : (record.failure?.at ?? record.timerAt);
  return {
    queue: queueOf(record.workflow, queueNameOf(record), shard),
    time: `${at}#${hash.toString('base64url').slice(0, 22)}`,
    ...(isReported &&
      record.taken !== false && { since: isNotStarted(record) ? record.deadline : record.breachedAt }),
    ...(!isReported && waitingSince(record)),
  };
}

/** At the end of `since` of an item that is stuck. */
export const stuckMark = '#stuck';

function waitingSince({
  state,
  incident,
  startedAt,
  stuckAt,
}: Pick<ItemRecord, 'state' | 'incident' | 'startedAt' | 'stuckAt'>): { since?: string } {
  const resumed = incident === undefined ? '' : `${startedAt}#${incident}`;
  const since = state === 'waiting' && stuckAt !== undefined ? resumed + stuckMark : resumed;
  return since === '' ? {} : { since };
}

/** A record with the keys and attributes that follow from it. */
export function attributesOf(record: ItemRecord | Receipt): Record<string, AttributeValue> {
  const follows = isOpen(record)
    ? { ...placeOf(record), stepNames: currentSteps(record).map(({ step }) => step) }
    : {};
  return {
    ...attributes({ ...record, ...follows }),
    ...keyOf(record),
  };
}

/** The time at the beginning of a position in the index. */
export function timeOf(position: string): string {
  return position.slice(0, position.indexOf('#'));
}
