import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../core/aws/client-settings.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { listAuditContract } from '../core/contract/audit.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { requirePermission, visibleWorkflows } from '../core/model/access/permission.ts';
import { environments } from '../core/names/environment.ts';
import { listAudit } from '../core/operations/access/list-audit.ts';
import type { Running } from '../core/running.ts';

export function create(service: { audit: AuditLog } & Running) {
  return httpFunction(listAuditContract, service, async ({ query, caller }) => {
    requirePermission(caller, 'read', query.workflow);
    return { status: 200, json: await listAudit(service, { query, visible: visibleWorkflows(caller) }) };
  });
}

export const handler = onLambda(environments['list-audit'], ({ REGISTRY_TABLE }, running) => {
  const audit = new AuditLog(new DynamoDBClient(clientSettings), REGISTRY_TABLE, running.clock);
  return create({ ...running, audit });
});
