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
import { IncidentRecord, LastEnd, slotOf } from '../../model/incident/incident-record.ts';
import { type RegistryKind, registryKinds } from '../../names/registry-kinds.ts';
import { conditionExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

/**
 * Kinds of incidents in the registry table: open ones under their workflow; ending ones and past ones under their id
 * (docs/adr/0012).
 */
export type IncidentPlace =
  | typeof registryKinds.openIncident
  | typeof registryKinds.endingIncident
  | typeof registryKinds.incident;

/** A record that cannot be read, by its key. */
export interface Unreadable {
  name: string;
  error: Error;
}

/** Incidents for the sweep and for readers: all of them, and their end. */
export class IncidentArchive {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Every incident of a kind, by name, starting after `after`; an error for each incident that cannot be read (P8). */
  async *all(
    place: IncidentPlace,
    {
      order = 'asc',
      after,
      pageSize = 100,
    }: { order?: 'asc' | 'desc'; after?: string; pageSize?: number } = {},
  ): AsyncGenerator<IncidentRecord | Unreadable> {
    let start: Record<string, AttributeValue> | undefined =
      after === undefined ? undefined : key(place, after);
    do {
      const reply = await this.client.send(
        new QueryCommand({
          TableName: this.name,
          KeyConditionExpression: '#kind = :kind',
          ExpressionAttributeNames: { '#kind': 'kind' },
          ExpressionAttributeValues: { ':kind': { S: place } },
          ConsistentRead: true,
          ScanIndexForward: order === 'asc',
          Limit: pageSize,
          ExclusiveStartKey: start,
        }),
      );
      for (const attributes of reply.Items ?? []) yield recordOrUnreadable(attributes);
      start = reply.LastEvaluatedKey;
    } while (start);
  }

  async read(place: IncidentPlace, name: string): Promise<IncidentRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: key(place, name), ConsistentRead: true }),
    );
    return Item && z.parse(IncidentRecord, unmarshall(Item));
  }

  /** Writes an incident of a kind under its id, unconditionally: a repeat writes the same. */
  async put(
    place: Exclude<IncidentPlace, typeof registryKinds.openIncident>,
    incident: IncidentRecord,
  ): Promise<void> {
    const record = { ...incident, kind: place, name: incident.id };
    await this.client.send(
      new PutItemCommand({ TableName: this.name, Item: marshall(record, { removeUndefinedValues: true }) }),
    );
  }

  /**
   * The end of the last incident of a workflow and kind. An unreadable record must not hold up the end of the next
   * incident.
   */
  async lastEnd(slot: string): Promise<LastEnd | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.name,
        Key: key(registryKinds.lastIncident, slot),
        ConsistentRead: true,
      }),
    );
    return Item && z.safeParse(LastEnd, unmarshall(Item)).data;
  }

  async putLastEnd(slot: string, { resolvedAt, round }: LastEnd): Promise<void> {
    const Item = marshall({ kind: registryKinds.lastIncident, name: slot, resolvedAt, round });
    await this.client.send(new PutItemCommand({ TableName: this.name, Item }));
  }

  /**
   * Removes an incident in the revision of the snapshot. False if it has another revision or is gone. The id must
   * match too: the next incident of the workflow may be open in its place with the same revision.
   */
  async remove(
    place: IncidentPlace,
    {
      id,
      workflow,
      incidentKind,
      revision,
    }: Pick<IncidentRecord, 'id' | 'workflow' | 'incidentKind' | 'revision'>,
  ): Promise<boolean> {
    const call = {
      TableName: this.name,
      Key: key(place, place === registryKinds.openIncident ? slotOf(workflow, incidentKind) : id),
      ...conditionExpression(['#id = :id', '#revision = :revision'], { id, revision }),
    };
    return (await unlessConditionLost(this.client.send(new DeleteItemCommand(call)))) !== undefined;
  }
}

function key(kind: RegistryKind, name: string): Record<string, AttributeValue> {
  return { kind: { S: kind }, name: { S: name } };
}

function recordOrUnreadable(attributes: Record<string, AttributeValue>): IncidentRecord | Unreadable {
  try {
    return z.parse(IncidentRecord, unmarshall(attributes));
  } catch (error) {
    return { name: String(attributes.name?.S), error: error as Error };
  }
}
