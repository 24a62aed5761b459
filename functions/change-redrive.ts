import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../core/aws/client-settings.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { changeRedriveContract } from '../core/contract/redrive.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { changeRedrive } from '../core/operations/redrives/change-redrive.ts';
import type { Running } from '../core/running.ts';

export function create(service: { redrives: RedrivesTable; audit: AuditLog } & Running) {
  return httpFunction(changeRedriveContract, service, async ({ path, body, note }) => {
    const json = await changeRedrive(service, { ...path, change: body, note });
    return { status: 200, json };
  });
}

export const handler = onLambda(environments['change-redrive'], ({ REGISTRY_TABLE }, running) => {
  const client = new DynamoDBClient(clientSettings);
  return create({
    ...running,
    redrives: new RedrivesTable(client, REGISTRY_TABLE),
    audit: new AuditLog(client, REGISTRY_TABLE, running.clock),
  });
});
