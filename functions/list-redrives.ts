import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../core/aws/client-settings.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { listRedrivesContract } from '../core/contract/redrive.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { listRedrives } from '../core/operations/redrives/list-redrives.ts';
import type { Running } from '../core/running.ts';

export function create(service: { redrives: RedrivesTable } & Running) {
  return httpFunction(listRedrivesContract, service, async ({ path, query }) => ({
    status: 200,
    json: await listRedrives(service, { ...path, query }),
  }));
}

export const handler = onLambda(environments['list-redrives'], ({ REGISTRY_TABLE }, running) =>
  create({ ...running, redrives: new RedrivesTable(new DynamoDBClient(clientSettings), REGISTRY_TABLE) }),
);
