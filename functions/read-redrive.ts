import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../core/aws/client-settings.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { readRedriveContract } from '../core/contract/redrive.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { readRedrive } from '../core/operations/redrives/read-redrive.ts';
import type { Running } from '../core/running.ts';

export function create(service: { redrives: RedrivesTable } & Running) {
  return httpFunction(readRedriveContract, service, async ({ path }) => ({
    status: 200,
    json: await readRedrive(service, path),
  }));
}

export const handler = onLambda(environments['read-redrive'], ({ REGISTRY_TABLE }, running) =>
  create({ ...running, redrives: new RedrivesTable(new DynamoDBClient(clientSettings), REGISTRY_TABLE) }),
);
