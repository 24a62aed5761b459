import { connectItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { discardContract } from '../core/contract/redrive-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type DiscardService, discard } from '../core/operations/redrives/discard.ts';
import type { Running } from '../core/running.ts';

export function create(service: DiscardService & { audit: AuditLog } & Running) {
  return httpFunction('discard', discardContract, service, async ({ path, body, caller, note }) => {
    const by = caller.arn ?? caller.id;
    const reply = await discard(service, { ...path, request: body, by, note });
    if ('dryRun' in reply) return { status: 200, json: reply.dryRun, outcome: 'dry run' };
    return { status: 202, json: reply.started, outcome: 'started' };
  });
}

export const handler = onLambda(environments.discard, (environment, running) => {
  const items = connectItemsTable(environment, running.clock);
  return create({
    ...running,
    items,
    registry: new RegistryTable(items.client, environment.REGISTRY_TABLE, running.clock),
    redrives: new RedrivesTable(items.client, environment.REGISTRY_TABLE),
    audit: new AuditLog(items.client, environment.REGISTRY_TABLE, running.clock),
  });
});
