import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { endSilenceContract } from '../core/contract/silence.ts';
import { serve } from '../core/lambda/serve.ts';
import { endSilence } from '../core/operations/workflows/end-silence.ts';

export const { create, handler } = serve(
  endSilenceContract,
  { registry: RegistryTable, audit: AuditLog },
  async (service, { path, note }) => {
    await endSilence(service, { ...path, note });
    return { status: 204 };
  },
);
