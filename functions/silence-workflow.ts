import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { silenceWorkflowContract } from '../core/contract/silence.ts';
import { serve } from '../core/lambda/serve.ts';
import { silenceWorkflow } from '../core/operations/workflows/silence-workflow.ts';

export const { create, handler } = serve(
  silenceWorkflowContract,
  { registry: RegistryTable, audit: AuditLog },
  async (service, { path, body, caller, note }) => ({
    status: 200,
    json: await silenceWorkflow(service, { ...path, request: body, by: caller.by, note }),
  }),
);
