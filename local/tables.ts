import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { byTime, itemsKeys, registryKeys } from '../core/names/tables.ts';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const key = ({ partition, sort }: { partition: string; sort: string }) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** The items table and its index. Expired receipts are deleted by the local service: embedded DynamoDB has no TTL. */
export function itemsTableDefinition(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key(itemsKeys),
    AttributeDefinitions: [itemsKeys.partition, itemsKeys.sort, byTime.partition, byTime.sort].map(text),
    GlobalSecondaryIndexes: [
      {
        IndexName: byTime.name,
        KeySchema: key(byTime),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...byTime.projected] },
      },
    ],
  };
}

export function registryTableDefinition(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key(registryKeys),
    AttributeDefinitions: [registryKeys.partition, registryKeys.sort].map(text),
  };
}

/**
 * Makes the table unless it is there. Throws an error with `code` DATA_OUTDATED when it was made without one of the
 * indexes that it has now, or without what one of them holds. Asks for it by name: listing all walks the whole of an
 * embedded store.
 */
export async function ensureTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
): Promise<void> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: definition.TableName }));
    const missing = Table && missingIn(Table, definition);
    if (missing) {
      const text = `the table ${definition.TableName} has no ${missing}`;
      throw Object.assign(new Error(text), { code: 'DATA_OUTDATED' });
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await create(client, definition);
    await untilActive(client, definition.TableName);
  }
}

/** The first thing of an index that the definition has and the table has not; neither can be added to it. */
function missingIn(table: TableDescription, definition: CreateTableCommandInput): string | undefined {
  for (const { IndexName, Projection } of definition.GlobalSecondaryIndexes ?? []) {
    const made = table.GlobalSecondaryIndexes?.find((index) => index.IndexName === IndexName);
    if (!made) return `index ${IndexName}`;
    const held = new Set(made.Projection?.NonKeyAttributes);
    const name = Projection?.NonKeyAttributes?.find((attribute) => !held.has(attribute));
    if (name !== undefined) return `${name} in its index ${IndexName}`;
  }
  return undefined;
}

async function create(client: DynamoDBClient, definition: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    // Another process has made it since it was looked for.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

/** An embedded store on disk notes a moment after the reply that the table can be used; until then there is none. */
async function untilActive(client: DynamoDBClient, TableName: string | undefined): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    if (tries === 500)
      throw new Error(`the table ${TableName} is ${Table?.TableStatus}, not ACTIVE, for 5 s`);
    await setTimeout(10);
  }
}
