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

/** The items table and its index. The embedded DynamoDB has no TTL, so the local service deletes expired receipts. */
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
 * Creates the table unless it exists. Throws an error with `code` DATA_OUTDATED if the existing table lacks one of
 * the indexes, or an attribute in one of them. Asks for the table by name: listing all tables walks the whole
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

/** The first index or attribute of the definition that the table lacks. Neither can be added to a table. */
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
    // Another process has created the table since.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

/** The embedded store records on disk that the table is active, a moment after its reply says so. */
async function untilActive(client: DynamoDBClient, TableName: string | undefined): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    if (tries === 500)
      throw new Error(`the table ${TableName} is ${Table?.TableStatus}, not ACTIVE, for 5 s`);
    await setTimeout(10);
  }
}
