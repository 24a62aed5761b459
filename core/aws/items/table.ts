import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { limits } from '../../contract/limits.ts';
import { ItemRecord, keysOf, primaryKey } from '../../model/item/item-record.ts';
import { type StoredData, withData } from '../../model/item/stored-data.ts';
import type { ItemsEnvironment } from '../../names/environment.ts';
import { LeftOut, readBatch } from '../batch-read.ts';
import { clientSettings } from '../client-settings.ts';
import { conditionExpression, updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

export function connectItemsTable(environment: ItemsEnvironment): ItemsTable {
  return new ItemsTable(new DynamoDBClient(clientSettings), environment.ITEMS_TABLE);
}

/** Attributes of a record without its data, which can be 200 KB and is seldom needed. */
const attributesButData = Object.keys(ItemRecord.shape).filter((name) => name !== 'data');
const projectionButData = {
  ProjectionExpression: attributesButData.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributesButData.map((name) => [`#${name}`, name])),
};

export interface ProgressUpdate {
  workflow: string;
  item: string;
  now: string;
  step?: string | undefined;
  deadline?: string | undefined;
  tags?: Record<string, string> | undefined;
  data?: StoredData | undefined;
  attempt?: number | undefined;
  run?: string | undefined;
}

/** The items table: single-item conditional writes and consistent reads, nothing else. */
export class ItemsTable {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Writes a new item. False when there is one already. */
  async insert(record: ItemRecord): Promise<boolean> {
    const put = { TableName: this.name, Item: marshall(record, { removeUndefinedValues: true }) };
    const call = { ...put, ...conditionExpression(['attribute_not_exists(#pk)']) };
    return (await unlessConditionLost(this.client.send(new PutItemCommand(call)))) !== undefined;
  }

  /** Writes `record` over the revision it was decided on. False when that has changed or gone. */
  async replace(record: ItemRecord, seenRevision: number): Promise<boolean> {
    const next = { ...record, ...keysOf(record), revision: seenRevision + 1 };
    const put = { TableName: this.name, Item: marshall(next, { removeUndefinedValues: true }) };
    const call = { ...put, ...conditionExpression(['#revision = :seen'], { seen: seenRevision }) };
    return (await unlessConditionLost(this.client.send(new PutItemCommand(call)))) !== undefined;
  }

  /** The item with its data, read consistently. */
  async read(workflow: string, item: string): Promise<ItemRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: key(workflow, item), ConsistentRead: true }),
    );
    return Item && parseRecord(Item);
  }

  /**
   * Items, read consistently, by primary key; without their data unless it is asked for. One that cannot be read as a
   * record is an Error in its place, so that it stops no other (P8). At most 100 keys a call.
   */
  async readMany(
    items: readonly { workflow: string; item: string }[],
    { data = false }: { data?: boolean } = {},
  ): Promise<Map<string, ItemRecord | Error>> {
    const keys = items.map(({ workflow, item }) => key(workflow, item));
    const projection = data ? {} : projectionButData;
    const { found, left } = await readBatch(this.client, this.name, keys, projection);
    const records = found.map((attributes) => [String(attributes.pk?.S), recordOrError(attributes)] as const);
    return new Map([...records, ...left.map(({ pk }) => [String(pk?.S), new LeftOut()] as const)]);
  }

  /**
   * Progress in one write: a step, a later deadline, tags, data. Undefined when the item is not as it must be for
   * that (waiting, of that attempt and run, this step not its last, room for a step, an earlier deadline so far);
   * the caller then reads it and decides.
   */
  async progress(update: ProgressUpdate): Promise<ItemRecord | undefined> {
    const { workflow, item, now, step, deadline, tags, data, attempt, run } = update;
    const due = deadline && keysOf({ workflow, item, state: 'waiting', deadline, registeredAt: now }).due;
    const expression = updateExpression({
      set: { updatedAt: now, step, deadline, due, tags, ...withData(data), deadlineSetAt: deadline && now },
      actions: [
        '#revision = #revision + :one',
        ...(step === undefined ? [] : ['#steps = list_append(#steps, :reached)']),
      ],
      conditions: [
        '#state = :waiting',
        ...(step === undefined
          ? []
          : ['(attribute_not_exists(#step) OR #step <> :set_step)', 'size(#steps) < :steps']),
        ...(deadline === undefined ? [] : ['#deadline <= :set_deadline']),
        ...(attempt === undefined ? [] : ['#attempt = :attempt']),
        ...(run === undefined ? [] : ['#run = :run']),
      ],
      values: {
        one: 1,
        waiting: 'waiting',
        ...(step !== undefined && { reached: [{ step, at: now }], steps: limits.steps }),
        ...(attempt !== undefined && { attempt }),
        ...(run !== undefined && { run }),
      },
    });
    return this.#update(workflow, item, expression);
  }

  /**
   * waiting → overdue, if the item still waits for the deadline that was seen, and has still no step if it is overdue
   * for that (P2). Undefined when it does not.
   */
  async expire(
    seen: ItemRecord,
    overdueAt: string,
    caughtBy: 'timer' | 'sweep',
    neverStarted?: true,
  ): Promise<ItemRecord | undefined> {
    const { queue } = keysOf({ ...seen, state: 'overdue' });
    const expression = updateExpression({
      set: { state: 'overdue', queue, overdueAt, caughtBy, updatedAt: overdueAt, neverStarted },
      actions: ['#revision = #revision + :one'],
      conditions: [
        '#state = :waiting',
        '#deadline = :deadline',
        '#startedAt = :startedAt',
        ...(neverStarted ? ['attribute_not_exists(#step)'] : []),
      ],
      values: { one: 1, waiting: 'waiting', deadline: seen.deadline, startedAt: seen.startedAt },
    });
    return this.#update(seen.workflow, seen.item, expression);
  }

  /** Notes which timer watches the item now. False when the item has changed since it was seen. */
  async recordTimer(
    seen: ItemRecord,
    { timer, timerAt }: { timer: string; timerAt: string },
  ): Promise<boolean> {
    const expression = updateExpression({
      set: { timer, timerAt },
      actions: ['#revision = #revision + :one'],
      conditions: ['#revision = :seen'],
      values: { one: 1, seen: seen.revision },
    });
    return this.#note(seen, expression);
  }

  /** Notes that people were warned of this attempt. False when it is over. */
  async recordWarning(seen: ItemRecord, warnedAt: string): Promise<boolean> {
    const expression = updateExpression({
      set: { warnedAt },
      actions: ['#revision = #revision + :one'],
      conditions: ['#startedAt = :startedAt', '#state = :waiting'],
      values: { one: 1, startedAt: seen.startedAt, waiting: 'waiting' },
    });
    return this.#note(seen, expression);
  }

  /** Notes that the end of this attempt was reported. False when the attempt is over or in another state. */
  async recordReport(seen: ItemRecord, reportedAt: string, incident: string): Promise<boolean> {
    const expression = updateExpression({
      set: { reportedAt, incident },
      actions: ['#revision = #revision + :one'],
      conditions: ['#startedAt = :startedAt', '#state = :state'],
      values: { one: 1, startedAt: seen.startedAt, state: seen.state },
    });
    return this.#note(seen, expression);
  }

  /** Removes a waiting item and gives what it was. Undefined when there is none, or none of that attempt and run. */
  async removeWaiting(
    workflow: string,
    item: string,
    only: { attempt?: number | undefined; run?: string | undefined },
  ): Promise<ItemRecord | undefined> {
    const conditions = ['#state = :waiting'];
    const values: Record<string, unknown> = { waiting: 'waiting' };
    for (const name of ['attempt', 'run'] as const) {
      if (only[name] === undefined) continue;
      conditions.push(`#${name} = :${name}`);
      values[name] = only[name];
    }
    return this.#remove(workflow, item, conditions, values);
  }

  /** Removes an item in the revision that was seen. Undefined when it has changed or gone. */
  async removeSeen({ workflow, item, revision }: ItemRecord): Promise<ItemRecord | undefined> {
    return this.#remove(workflow, item, ['#revision = :revision'], { revision });
  }

  async #remove(
    workflow: string,
    item: string,
    conditions: readonly string[],
    values: Record<string, unknown>,
  ): Promise<ItemRecord | undefined> {
    const call = {
      TableName: this.name,
      Key: key(workflow, item),
      ...conditionExpression(conditions, values),
    };
    const reply = await unlessConditionLost(
      this.client.send(new DeleteItemCommand({ ...call, ReturnValues: 'ALL_OLD' })),
    );
    return reply?.Attributes && parseRecord(reply.Attributes);
  }

  /** Like `#update`, for those who know what the item is then. False when the condition does not hold. */
  async #note(
    { workflow, item }: ItemRecord,
    expression: ReturnType<typeof updateExpression>,
  ): Promise<boolean> {
    const call = { TableName: this.name, Key: key(workflow, item), ...expression };
    return (await unlessConditionLost(this.client.send(new UpdateItemCommand(call)))) !== undefined;
  }

  async #update(
    workflow: string,
    item: string,
    expression: ReturnType<typeof updateExpression>,
  ): Promise<ItemRecord | undefined> {
    const call = {
      TableName: this.name,
      Key: key(workflow, item),
      ReturnValues: 'ALL_NEW' as const,
      ...expression,
    };
    const reply = await unlessConditionLost(this.client.send(new UpdateItemCommand(call)));
    return reply?.Attributes && parseRecord(reply.Attributes);
  }
}

function key(workflow: string, item: string): Record<string, AttributeValue> {
  return { pk: { S: primaryKey(workflow, item) } };
}

/** Throws when the attributes are not those of a record. The error names paths, never values. */
export function parseRecord(attributes: Record<string, AttributeValue>): ItemRecord {
  return z.parse(ItemRecord, unmarshall(attributes));
}

function recordOrError(attributes: Record<string, AttributeValue>): ItemRecord | Error {
  try {
    return parseRecord(attributes);
  } catch (error) {
    return error as Error;
  }
}
