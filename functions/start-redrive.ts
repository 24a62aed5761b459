import { connectItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { connectRedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import { startRedriveContract } from '../core/contract/redrive-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type StartRedriveService, startRedrive } from '../core/operations/redrives/start-redrive.ts';
import type { Running } from '../core/running.ts';

export function create(service: StartRedriveService & { audit: AuditLog } & Running) {
  return httpFunction(
    'start-redrive',
    startRedriveContract,
    service,
    async ({ path, body, caller, note }) => {
      const by = caller.arn ?? caller.id;
      const reply = await startRedrive(service, { ...path, request: body, by, note });
      if ('dryRun' in reply) return { status: 200, json: reply.dryRun, outcome: 'dry run' };
      return { status: 202, json: reply.started, outcome: 'started' };
    },
  );
}

export const handler = onLambda(environments['start-redrive'], (environment, running) => {
  const items = connectItemsTable(environment, running.clock);
  return create({
    ...running,
    items,
    registry: new RegistryTable(items.client, environment.REGISTRY_TABLE, running.clock),
    redrives: new RedrivesTable(items.client, environment.REGISTRY_TABLE),
    audit: new AuditLog(items.client, environment.REGISTRY_TABLE, running.clock),
    redriveTopic: connectRedriveTopic(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
