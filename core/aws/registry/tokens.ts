import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { TokenRecord } from '../../model/access/token-record.ts';
import { noteUseMs } from '../../names/clockwork.ts';
import type { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { clientSettings } from '../client-settings.ts';
import { type ConditionalUpdate, conditionExpression, updateExpression } from '../expression.ts';
import { unlessConditionLost } from '../lost-condition.ts';

export function connectTokensTable(environment: RegistryEnvironment): TokensTable {
  return new TokensTable(new DynamoDBClient(clientSettings), environment.REGISTRY_TABLE);
}

/** Tokens, in the registry table. Nothing is cached: a revocation holds at once. */
export class TokensTable {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Writes a new token. False when there is one with its id already. */
  async insert(record: TokenRecord): Promise<boolean> {
    const put = { TableName: this.name, Item: marshall(record, { removeUndefinedValues: true }) };
    const call = { ...put, ...conditionExpression(['attribute_not_exists(#kind)']) };
    return (await unlessConditionLost(this.client.send(new PutItemCommand(call)))) !== undefined;
  }

  async read(id: string): Promise<TokenRecord | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: key(id), ConsistentRead: true }),
    );
    return Item && z.parse(TokenRecord, unmarshall(Item));
  }

  /** Whether the token is revoked, even if its record cannot be read; undefined if there is none. */
  async isRevoked(id: string): Promise<boolean | undefined> {
    const call = { TableName: this.name, Key: key(id), ConsistentRead: true };
    const { Item } = await this.client.send(new GetItemCommand(call));
    return Item && Item.revokedAt !== undefined;
  }

  /** Revokes a token for good; a repeat keeps the first time. False when there is none. */
  async revoke(id: string, at: string): Promise<boolean> {
    return this.#update(id, {
      set: {},
      actions: ['#revokedAt = if_not_exists(#revokedAt, :at)'],
      values: { at },
      conditions: ['attribute_exists(#kind)'],
    });
  }

  async noteUse(id: string, at: string): Promise<void> {
    await this.#update(
      id,
      { set: { lastUsedAt: at }, conditions: ['attribute_exists(#kind)'] },
      AbortSignal.timeout(noteUseMs),
    );
  }

  /** Tokens by id, starting after `after`; an error for each token that cannot be read. */
  async page(after: string | undefined, limit: number) {
    const reply = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        KeyConditionExpression: '#kind = :kind',
        ExpressionAttributeNames: { '#kind': 'kind' },
        ExpressionAttributeValues: { ':kind': { S: registryKinds.token } },
        ConsistentRead: true,
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: key(after) }),
      }),
    );
    const records = (reply.Items ?? []).map((item): TokenRecord | Error => {
      const parsed = z.safeParse(TokenRecord, unmarshall(item));
      return parsed.success ? parsed.data : parsed.error;
    });
    return { records, last: reply.LastEvaluatedKey?.name?.S };
  }

  async #update(id: string, update: ConditionalUpdate, abortSignal?: AbortSignal): Promise<boolean> {
    const call = { TableName: this.name, Key: key(id), ...updateExpression(update) };
    const sent = this.client.send(new UpdateItemCommand(call), abortSignal && { abortSignal });
    return (await unlessConditionLost(sent)) !== undefined;
  }
}

function key(id: string): Record<string, AttributeValue> {
  return { kind: { S: registryKinds.token }, name: { S: id } };
}
