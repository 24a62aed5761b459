import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../clock.ts';
import { instant } from '../../contract/time.ts';
import { ItemRecord, isOpen, itemName } from '../../model/item/item-record.ts';
import { Receipt } from '../../model/item/receipt.ts';
import { ItemsEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import { LeftOut, readBatch } from '../batch-read.ts';
import type { Clients } from '../clients.ts';
import { conditionExpression, type updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';
import { ByTime } from './by-time.ts';
import {
  completed,
  ending,
  expired,
  expiredToo,
  type Only,
  type ProgressUpdate,
  progressed,
  reported,
  stuck,
  warned,
  watchedBy,
} from './changes.ts';
import { attributesOf, keyOf, workflowOf } from './keys.ts';
import { parseRecord, parseStored, type Stored, storedOrError } from './stored.ts';

/** Attributes of a record without its data, which can have 200 KB and is seldom needed. */
const attributesButData = [
  ...new Set([...Object.keys(ItemRecord.shape), ...Object.keys(Receipt.shape), 'pk']),
].filter((name) => name !== 'data');
export const projectionButData = {
  ProjectionExpression: attributesButData.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributesButData.map((name) => [`#${name}`, name])),
};

/**
 * The items table: single-item conditional writes and consistent reads. An expired receipt counts as gone, whether or
 * not DynamoDB has deleted it.
 */
export class ItemsTable {
  static readonly environment = ItemsEnvironment;
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Open items in order of time. */
  readonly byTime: ByTime;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, name: string, clock: Clock) {
    this.client = client;
    this.name = name;
    this.byTime = new ByTime(client, name);
    this.#clock = clock;
  }

  static connect({ ITEMS_TABLE }: ItemsEnvironment, { clock }: Running, clients: Clients): ItemsTable {
    return new ItemsTable(clients.of(DynamoDBClient), ITEMS_TABLE, clock);
  }

  /** Writes a new item, or the receipt of an item that was never registered. False if there is one already. */
  async insert(record: Stored): Promise<boolean> {
    return this.#put(record, ['attribute_not_exists(#item) OR #expiresAt <= :now'], {
      now: secondsOf(this.#clock.now()),
    });
  }

  /** Writes `record` over the revision of the snapshot. False if the item has changed or is gone. */
  async replace(record: Stored, seenRevision: number): Promise<boolean> {
    const next = { ...record, revision: seenRevision + 1 };
    return this.#put(next, ['#revision = :seen'], { seen: seenRevision });
  }

  /** The item with its data, or its receipt, read consistently. */
  async read(workflow: string, item: string): Promise<Stored | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: keyOf({ workflow, item }), ConsistentRead: true }),
    );
    const stored = Item && parseStored(Item);
    return stored && (isOpen(stored) || !isGone(stored, this.#clock.now())) ? stored : undefined;
  }

  /** The item with its data; undefined if it is completed. */
  async readOpen(workflow: string, item: string): Promise<ItemRecord | undefined> {
    const stored = await this.read(workflow, item);
    return stored && isOpen(stored) ? stored : undefined;
  }

  /**
   * Items and receipts by `itemName`, read consistently; without data unless requested. A record that cannot be read
   * is an Error in its place, so that it stops no other (P8). At most 100 keys a call.
   */
  async readMany(
    items: readonly { workflow: string; item: string }[],
    { data = false }: { data?: boolean } = {},
  ): Promise<Map<string, Stored | Error>> {
    const projection = data ? {} : projectionButData;
    const { found, left } = await readBatch(this.client, this.name, items.map(keyOf), projection);
    const now = this.#clock.now();
    const stored = found.flatMap((attributes) => {
      const one = storedOrError(attributes);
      const isLeft = one instanceof Error || isOpen(one) || !isGone(one, now);
      return isLeft ? [[nameOf(attributes), one] as const] : [];
    });
    return new Map([...stored, ...left.map((key) => [nameOf(key), new LeftOut()] as const)]);
  }

  /** The same, without receipts of completed items. */
  async readManyOpen(
    items: readonly { workflow: string; item: string }[],
    options?: { data?: boolean },
  ): Promise<Map<string, ItemRecord | Error>> {
    const found = await this.readMany(items, options);
    const open = [...found].flatMap(([name, one]) =>
      one instanceof Error || isOpen(one) ? [[name, one] as const] : [],
    );
    return new Map(open);
  }

  /** Progress in one write. Undefined if the condition does not hold: then read the item and decide. */
  async progress(update: ProgressUpdate): Promise<ItemRecord | undefined> {
    return this.#update(update, progressed(update));
  }

  /**
   * waiting → overdue, if the item is still waiting for the deadline of the snapshot; otherwise undefined. An item that
   * was not started in time becomes overdue too.
   */
  async expire(
    seen: ItemRecord,
    overdueAt: string,
    caughtBy: 'timer' | 'sweep',
    neverStarted?: true,
  ): Promise<ItemRecord | undefined> {
    const isWaiting = seen.state === 'waiting';
    return this.#update(
      seen,
      isWaiting ? expired(seen, overdueAt, caughtBy, neverStarted) : expiredToo(seen, overdueAt),
    );
  }

  /** Records the armed timer of the item. False if the item has changed since the snapshot. */
  async recordTimer(seen: ItemRecord, timer: { timer: string; timerAt: string }): Promise<boolean> {
    return this.#note(seen, watchedBy(seen, timer));
  }

  /** Records that a warning of this attempt was sent. False if the attempt is over. */
  async recordWarning(seen: ItemRecord, warnedAt: string): Promise<boolean> {
    return this.#note(seen, warned(seen, warnedAt));
  }

  /** Records that people were warned that the item is stuck. False if it has moved or the attempt is over. */
  async recordStuck(seen: ItemRecord, stuckAt: string): Promise<boolean> {
    return this.#note(seen, stuck(seen, stuckAt));
  }

  /** Records that the breach of this attempt was reported. False if the attempt is over or in another state. */
  async recordReport(seen: ItemRecord, reportedAt: string, incident: string): Promise<boolean> {
    return this.#note(seen, reported(seen, reportedAt, incident));
  }

  /**
   * Ends an item in one conditional write and returns the item as it was before. The item becomes a receipt, or is
   * deleted if no receipt is kept. Undefined if the condition does not hold: waiting in this attempt and run, or in
   * the revision of the snapshot.
   *
   * @param receipt when the item is completed, and when its receipt expires
   */
  async end(
    { workflow, item }: { workflow: string; item: string },
    which: Only | { revision: number },
    receipt?: { completedAt: string; expiresAt: number },
  ): Promise<ItemRecord | undefined> {
    const target = { TableName: this.name, Key: keyOf({ workflow, item }), ReturnValues: 'ALL_OLD' as const };
    const { conditions, values } = ending(which);
    const command = receipt
      ? new UpdateItemCommand({ ...target, ...completed(which, receipt) })
      : new DeleteItemCommand({ ...target, ...conditionExpression(conditions, values) });
    const reply = await unlessConditionLost(this.client.send(command as UpdateItemCommand));
    return reply?.Attributes && parseRecord(reply.Attributes);
  }

  async #put(record: Stored, conditions: string[], values: Record<string, unknown>): Promise<boolean> {
    const put = { TableName: this.name, Item: attributesOf(record) };
    const call = { ...put, ...conditionExpression(conditions, values) };
    return (await unlessConditionLost(this.client.send(new PutItemCommand(call)))) !== undefined;
  }

  /** Like `#update`, without returning the item. False if the condition does not hold. */
  async #note(
    { workflow, item }: ItemRecord,
    expression: ReturnType<typeof updateExpression>,
  ): Promise<boolean> {
    const call = { TableName: this.name, Key: keyOf({ workflow, item }), ...expression };
    return (await unlessConditionLost(this.client.send(new UpdateItemCommand(call)))) !== undefined;
  }

  async #update(
    { workflow, item }: { workflow: string; item: string },
    expression: ReturnType<typeof updateExpression>,
  ): Promise<ItemRecord | undefined> {
    const target = { TableName: this.name, Key: keyOf({ workflow, item }), ReturnValues: 'ALL_NEW' as const };
    const reply = await unlessConditionLost(
      this.client.send(new UpdateItemCommand({ ...target, ...expression })),
    );
    return reply?.Attributes && parseRecord(reply.Attributes);
  }
}

export function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

export function isGone({ expiresAt }: Receipt, now: number): boolean {
  return expiresAt <= secondsOf(now);
}

/** The attributes of a completion now, with the time at which its receipt expires. */
export function receiptOf(now: number, keptMs: number): { completedAt: string; expiresAt: number } {
  return { completedAt: instant(now), expiresAt: secondsOf(now + keptMs) };
}

function nameOf({ pk, item }: Record<string, AttributeValue>): string {
  return itemName({ workflow: workflowOf(String(pk?.S)), item: String(item?.S) });
}
