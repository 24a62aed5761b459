import { randomBytes } from 'node:crypto';
import { type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../../../core/aws/client-settings.ts';
import { startDatabase } from '../../../../local/database.ts';
import { lightenClients } from '../../../../local/embedded-clients.ts';
import type { Disturbances } from '../../../../prove/memory/disturbances.ts';
import { MemoryAws } from '../../../../prove/memory/memory-aws.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

export interface Engine {
  client: DynamoDBClient;
  close(): Promise<void>;
}

const credentials = { accessKeyId: 'memory', secretAccessKey: 'none' };
const settings = { ...clientSettings, endpoint: 'http://127.0.0.1', region: 'us-east-1', credentials };

export function startMemoryEngine(
  options: { clock?: ManualClock; disturbances?: Disturbances } = {},
): Engine {
  const memory = new MemoryAws({ clock: new ManualClock(), ...options });
  const client = new DynamoDBClient({ ...settings, requestHandler: memory.transports.dynamodb });
  return engine(client, settings.region, async () => client.destroy());
}

export async function startDynaliteEngine(): Promise<Engine> {
  const { transport, close } = await startDatabase(undefined);
  return engine(new DynamoDBClient({ ...settings, requestHandler: transport }), settings.region, close);
}

/** It keeps one database for each region. */
export function connectDynamodbLocal(endpoint: string): Engine {
  const region = `test${randomBytes(6).toString('hex')}`;
  const client = new DynamoDBClient({ ...clientSettings, endpoint, region, credentials });
  return engine(client, region, async () => client.destroy());
}

/** None of them checks a signature. */
function engine(client: DynamoDBClient, region: string, close: () => Promise<void>): Engine {
  lightenClients([client], region);
  return { client, close };
}

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const keys = (hash: string, sort: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** A table with an index that has a part of the attributes, like the table of items. */
export function tableDefinition(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('pk', 'sk'),
    AttributeDefinitions: ['pk', 'sk', 'gh', 'gs'].map(text),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: keys('gh', 'gs'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n', 'extra'] },
      },
    ],
  };
}
