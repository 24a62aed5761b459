import { connectItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { saveWorkflowContract } from '../core/contract/operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type SaveWorkflowService, saveWorkflow } from '../core/operations/workflows/save-workflow.ts';
import type { Running } from '../core/running.ts';

export function create(service: SaveWorkflowService & { audit: AuditLog } & Running) {
  return httpFunction('save-workflow', saveWorkflowContract, service, async ({ path, body, note }) => {
    const { created, workflow } = await saveWorkflow(service, { ...path, settings: body, note });
    return { status: created ? 201 : 200, json: workflow };
  });
}

export const handler = onLambda(environments['save-workflow'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    audit: new AuditLog(registry.client, registry.name, running.clock),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
