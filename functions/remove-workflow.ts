import { connectItemsTable, type ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry/workflows.ts';
import { removeWorkflowContract } from '../core/contract/operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { removeWorkflow } from '../core/operations/workflows/remove-workflow.ts';
import type { Running } from '../core/running.ts';

export function create(service: { items: ItemsTable; registry: RegistryTable; audit: AuditLog } & Running) {
  return httpFunction('remove-workflow', removeWorkflowContract, service, async ({ path, note }) => {
    await removeWorkflow(service, { ...path, note });
    return { status: 204 };
  });
}

export const handler = onLambda(environments['remove-workflow'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    audit: new AuditLog(registry.client, registry.name, running.clock),
  });
});
