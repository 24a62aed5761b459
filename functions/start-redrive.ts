import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { RedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import { startRedriveContract } from '../core/contract/redrive.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { startRedrive } from '../core/operations/redrives/start-redrive.ts';

export const { create, handler } = serve(
  startRedriveContract,
  {
    items: ItemsTable,
    registry: RegistryTable,
    redrives: RedrivesTable,
    audit: AuditLog,
    redriveTopic: RedriveTopic,
    leastTimeoutSeconds,
  },
  async (service, { path, body, caller, note }) => {
    const reply = await startRedrive(service, { ...path, request: body, by: caller.by, note });
    if ('dryRun' in reply) return { status: 200, json: reply.dryRun, outcome: 'dry run' };
    return { status: 202, json: reply.started, outcome: 'started' };
  },
);
