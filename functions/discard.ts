import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { discardContract } from '../core/contract/discard.ts';
import { serve } from '../core/lambda/serve.ts';
import { discard } from '../core/operations/redrives/discard.ts';

export const { create, handler } = serve(
  discardContract,
  { items: ItemsTable, registry: RegistryTable, redrives: RedrivesTable, audit: AuditLog },
  async (service, { path, body, caller, note }) => {
    const reply = await discard(service, { ...path, request: body, by: caller.by, note });
    if ('dryRun' in reply) return { status: 200, json: reply.dryRun, outcome: 'dry run' };
    return { status: 202, json: reply.started, outcome: 'started' };
  },
);
