import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { listAuditContract } from '../core/contract/audit.ts';
import { serve } from '../core/lambda/serve.ts';
import { requirePermission } from '../core/model/access/permission.ts';
import { listAudit } from '../core/operations/access/list-audit.ts';

export const { create, handler } = serve(
  listAuditContract,
  { audit: AuditLog },
  async (service, { query, caller }) => {
    requirePermission(caller, 'read', query.workflow);
    return { status: 200, json: await listAudit(service, { query, visible: caller.visible }) };
  },
);
