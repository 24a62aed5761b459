import { createHash } from 'node:crypto';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { IncidentOutcomes } from '../../contract/incident.ts';
import { registryKinds, shardedKind } from '../../names/registry-kinds.ts';
import { updateExpression } from '../expression.ts';

const shards = 8;
const Count = z.optional(z.number());
const TallyRecord = z.object({ completedLate: Count, restarted: Count, redriven: Count, discarded: Count });

/**
 * Outcomes of the items of an incident, counted in the registry table. After an outage thousands can end at once,
 * more than one DynamoDB item takes, so eight records share the counts. People read these counts and nothing is
 * decided by them: a crash between an item's end and its count loses it.
 */
export class OutcomeTally {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  async add(incident: string, item: string, outcome: keyof IncidentOutcomes, count = 1): Promise<void> {
    const shard = createHash('sha256').update(item).digest().readUInt8(0) % shards;
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.name,
        Key: key(incident, shard),
        ...updateExpression({
          set: {},
          actions: [`#${outcome} = if_not_exists(#${outcome}, :none) + :count`],
          conditions: [],
          values: { none: 0, count },
        }),
      }),
    );
  }

  /** Removes the counts of an incident. */
  async forget(incident: string): Promise<void> {
    for (let shard = 0; shard < shards; shard++) {
      await this.client.send(new DeleteItemCommand({ TableName: this.name, Key: key(incident, shard) }));
    }
  }

  async read(incident: string): Promise<IncidentOutcomes> {
    const sum: IncidentOutcomes = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
    const Keys = Array.from({ length: shards }, (_, shard) => key(incident, shard));
    const reply = await this.client.send(
      new BatchGetItemCommand({ RequestItems: { [this.name]: { Keys, ConsistentRead: true } } }),
    );
    if (Object.keys(reply.UnprocessedKeys ?? {}).length > 0)
      throw new Error('DynamoDB left counts out of a read');
    for (const attributes of reply.Responses?.[this.name] ?? []) {
      const counts = z.parse(TallyRecord, unmarshall(attributes));
      for (const name of Object.keys(sum) as (keyof IncidentOutcomes)[]) sum[name] += counts[name] ?? 0;
    }
    return sum;
  }
}

function key(incident: string, shard: number) {
  return { kind: { S: shardedKind(registryKinds.tally, incident, shard) }, name: { S: 'outcomes' } };
}
