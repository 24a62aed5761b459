import type { AuditLog } from '../core/aws/registry/audit-log.ts';
import { type Operation, routes } from '../core/contract/routes.ts';
import type { HttpHandler } from '../core/lambda/http-function.ts';
import type { AuthorizeService } from '../core/operations/access/authorize.ts';
import type { BatchService } from '../core/operations/items/batch.ts';
import type { RunRedrivesService } from '../core/operations/redrives/run-redrives.ts';
import type { SweepService } from '../core/operations/watch/sweep.ts';
import type { Running } from '../core/running.ts';
import { create as acknowledgeIncident } from '../functions/acknowledge-incident.ts';
import { create as answerUnrouted } from '../functions/answer-unrouted.ts';
import { create as authorize } from '../functions/authorize.ts';
import { create as batch } from '../functions/batch.ts';
import { create as changeRedrive } from '../functions/change-redrive.ts';
import { create as checkHealth } from '../functions/check-health.ts';
import { create as checkTimers } from '../functions/check-timers.ts';
import { create as complete } from '../functions/complete.ts';
import { create as createToken } from '../functions/create-token.ts';
import { create as discard } from '../functions/discard.ts';
import { create as endSilence } from '../functions/end-silence.ts';
import { create as list } from '../functions/list.ts';
import { create as listAudit } from '../functions/list-audit.ts';
import { create as listIncidents } from '../functions/list-incidents.ts';
import { create as listRedrives } from '../functions/list-redrives.ts';
import { create as listTokens } from '../functions/list-tokens.ts';
import { create as listWorkflows } from '../functions/list-workflows.ts';
import { create as progress } from '../functions/progress.ts';
import { create as read } from '../functions/read.ts';
import { create as readIncident } from '../functions/read-incident.ts';
import { create as readOpenapi } from '../functions/read-openapi.ts';
import { create as readRedrive } from '../functions/read-redrive.ts';
import { create as readWorkflow } from '../functions/read-workflow.ts';
import { create as reconcile } from '../functions/reconcile.ts';
import { create as register } from '../functions/register.ts';
import { create as removeWorkflow } from '../functions/remove-workflow.ts';
import { create as revokeToken } from '../functions/revoke-token.ts';
import { create as runRedrives } from '../functions/run-redrives.ts';
import { create as saveWorkflow } from '../functions/save-workflow.ts';
import { create as silenceWorkflow } from '../functions/silence-workflow.ts';
import { create as startRedrive } from '../functions/start-redrive.ts';
import { create as sweep } from '../functions/sweep.ts';

/** Everything that any function needs. */
export type WholeService = BatchService &
  SweepService &
  RunRedrivesService &
  AuthorizeService & { audit: AuditLog } & Running;

const operations: Record<Operation, (service: WholeService) => HttpHandler> = {
  register,
  read,
  progress,
  complete,
  batch,
  reconcile,
  'list-audit': listAudit,
  'start-redrive': startRedrive,
  'list-redrives': listRedrives,
  'read-redrive': readRedrive,
  'change-redrive': changeRedrive,
  discard,
  list,
  'list-workflows': listWorkflows,
  'read-workflow': readWorkflow,
  'save-workflow': saveWorkflow,
  'remove-workflow': removeWorkflow,
  'silence-workflow': silenceWorkflow,
  'end-silence': endSilence,
  'list-incidents': listIncidents,
  'read-incident': readIncident,
  'acknowledge-incident': acknowledgeIncident,
  'create-token': createToken,
  'list-tokens': listTokens,
  'revoke-token': revokeToken,
  'check-health': checkHealth,
  'read-openapi': readOpenapi,
};

/** The operations that need no token: a laptop's health checks and tools send none. */
const alwaysOpen: readonly Operation[] = ['check-health', 'read-openapi'];

/**
 * The functions as deployed, with the clients of `service`. Without `auth` every caller may do everything; with it
 * only callers with a token that the authorizer has accepted.
 */
export function createFunctions(service: WholeService, { auth }: { auth: boolean }) {
  const openService: WholeService = { ...service, access: 'open' };
  return {
    routes: routes.map(({ method, path, operation }) => {
      const open = !auth || alwaysOpen.includes(operation);
      return { method, path, open, handler: operations[operation](open ? openService : service) };
    }),
    fallback: answerUnrouted(auth ? service : openService),
    checkTimers: checkTimers(service),
    sweep: sweep(service),
    runRedrives: runRedrives(service),
    ...(auth && { authorizer: authorize(service) }),
  };
}
