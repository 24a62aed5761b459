import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { changeRedriveContract } from '../core/contract/redrive.ts';
import { serve } from '../core/lambda/serve.ts';
import { changeRedrive } from '../core/operations/redrives/change-redrive.ts';

export const { create, handler } = serve(
  changeRedriveContract,
  { redrives: RedrivesTable, incidents, audit: AuditLog },
  async (service, { path, body, caller, note }) => {
    const json = await changeRedrive(service, { ...path, change: body, caller, note });
    return { status: 200, json };
  },
);
