import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { RedriveRecord, redriveName } from '../../model/redrive/redrive-record.ts';
import { timeOrderedId } from '../../model/time-ordered-id.ts';
import { type RegistryKind, registryKinds } from '../../names/registry-kinds.ts';
import { conditionExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

/** The marker of a redrive that has not ended. */
export interface RunningRedrive {
  workflow: string;
  id: string;
  /** When the marker was written. */
  at: string;
}

/** Redrives and discards, in the registry table. */
export class RedrivesTable {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  async read(workflow: string, id: string): Promise<RedriveRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.name,
        Key: key(registryKinds.redrive, redriveName(workflow, id)),
        ConsistentRead: true,
      }),
    );
    return Item && z.parse(RedriveRecord, unmarshall(Item));
  }

  /** Writes the marker first: a crash leaves a marker without a redrive, which the runner removes later. */
  async insert(record: RedriveRecord): Promise<void> {
    await this.mark(record);
    await this.plan(record);
  }

  /** Stores a redrive that is not started yet. */
  async plan(record: RedriveRecord): Promise<void> {
    // Written first, so that every stored redrive is deleted in time.
    await this.#put(key(registryKinds.datedRedrive, `${record.id}#${record.workflow}`));
    await this.#put(marshall(record, { removeUndefinedValues: true }));
  }

  /** Writes the marker by which the runner finds the redrive. */
  async mark(record: RedriveRecord): Promise<void> {
    await this.#put({ ...key(registryKinds.runningRedrive, record.name), at: { S: record.startedAt } });
  }

  /** Writes the redrive over the revision of the snapshot and returns it. Undefined if it has changed. */
  async replace(seen: RedriveRecord, change: Partial<RedriveRecord>): Promise<RedriveRecord | undefined> {
    const next = { ...seen, ...change, revision: seen.revision + 1 };
    const put = { TableName: this.name, Item: marshall(next, { removeUndefinedValues: true }) };
    const call = { ...put, ...conditionExpression(['#revision = :seen'], { seen: seen.revision }) };
    return (await unlessConditionLost(this.client.send(new PutItemCommand(call)))) && next;
  }

  /** Redrives of a workflow, latest first, starting after `after`; an error for each that cannot be read. */
  async page(
    workflow: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (RedriveRecord | Error)[]; last: string | undefined }> {
    const reply = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: '#kind = :kind AND begins_with(#name, :workflow)',
        ExpressionAttributeNames: { '#kind': 'kind', '#name': 'name' },
        ExpressionAttributeValues: {
          ':kind': { S: registryKinds.redrive },
          ':workflow': { S: `${workflow}#` },
        },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
        ...(after !== undefined && {
          ExclusiveStartKey: key(registryKinds.redrive, redriveName(workflow, after)),
        }),
      }),
    );
    const records = (reply.Items ?? []).map((attributes): RedriveRecord | Error => {
      const parsed = z.safeParse(RedriveRecord, unmarshall(attributes));
      return parsed.success ? parsed.data : parsed.error;
    });
    return { records, last: reply.LastEvaluatedKey?.name?.S?.split('#')[1] };
  }

  /** Redrives that have not ended: all, or those of one workflow. */
  async *running(of?: string): AsyncGenerator<RunningRedrive> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await this.client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: '#kind = :kind AND #name BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#kind': 'kind', '#name': 'name' },
          ExpressionAttributeValues: {
            ':kind': { S: registryKinds.runningRedrive },
            ':from': { S: of === undefined ? '!' : `${of}#` },
            ':to': { S: of === undefined ? '~' : `${of}#~` },
          },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      for (const { name, at } of reply.Items ?? []) {
        const [workflow = '', id = ''] = name?.S?.split('#') ?? [];
        yield { workflow, id, at: at?.S ?? '' };
      }
      start = reply.LastEvaluatedKey;
    } while (start);
  }

  /** Deletes redrives older than `before` (ms since the epoch), the oldest first, at most `most`. */
  async forget(before: number, most: number): Promise<void> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        // These names begin with the ids, which are in order of time.
        KeyConditionExpression: '#kind = :kind AND #name < :name',
        ExpressionAttributeNames: { '#kind': 'kind', '#name': 'name' },
        ExpressionAttributeValues: {
          ':kind': { S: registryKinds.datedRedrive },
          ':name': { S: timeOrderedId(before) },
        },
        Limit: most,
      }),
    );
    for (const { name } of Items) {
      const [id = '', workflow = ''] = name?.S?.split('#') ?? [];
      await this.#delete(key(registryKinds.redrive, redriveName(workflow, id)));
      await this.#delete(key(registryKinds.datedRedrive, `${id}#${workflow}`));
    }
  }

  /** Removes the marker of the snapshot, and not one written since. */
  async unmark({ workflow, id, at }: RunningRedrive): Promise<void> {
    const call = {
      TableName: this.name,
      Key: key(registryKinds.runningRedrive, redriveName(workflow, id)),
      ...conditionExpression(['#at = :at'], { at }),
    };
    await unlessConditionLost(this.client.send(new DeleteItemCommand(call)));
  }

  async #delete(Key: Record<string, AttributeValue>): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.name, Key }));
  }

  async #put(Item: Record<string, AttributeValue>): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.name, Item }));
  }
}

function key(kind: RegistryKind, name: string): Record<string, AttributeValue> {
  return { kind: { S: kind }, name: { S: name } };
}
