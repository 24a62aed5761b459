import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry/workflows.ts';
import { silenceWorkflowContract } from '../core/contract/silence.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { silenceWorkflow } from '../core/operations/workflows/silence-workflow.ts';
import type { Running } from '../core/running.ts';

export function create(service: { registry: RegistryTable; audit: AuditLog } & Running) {
  return httpFunction(silenceWorkflowContract, service, async ({ path, body, caller, note }) => ({
    status: 200,
    json: await silenceWorkflow(service, { ...path, request: body, by: caller.by, note }),
  }));
}

export const handler = onLambda(environments['silence-workflow'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  const audit = new AuditLog(registry.client, registry.name, running.clock);
  return create({ ...running, registry, audit });
});
