import { type Operation, routes } from '../core/contract/routes.ts';
import type { Running } from '../core/lambda/entry.ts';
import type { HttpHandler } from '../core/lambda/http-function.ts';
import type { CheckTimersService } from '../core/operations/check-timers.ts';
import type { RegisterService } from '../core/operations/register.ts';
import { create as answerUnrouted } from '../functions/answer-unrouted.ts';
import { create as checkHealth } from '../functions/check-health.ts';
import { create as checkTimers } from '../functions/check-timers.ts';
import { create as complete } from '../functions/complete.ts';
import { create as list } from '../functions/list.ts';
import { create as listWorkflows } from '../functions/list-workflows.ts';
import { create as progress } from '../functions/progress.ts';
import { create as read } from '../functions/read.ts';
import { create as readOpenapi } from '../functions/read-openapi.ts';
import { create as readWorkflow } from '../functions/read-workflow.ts';
import { create as register } from '../functions/register.ts';
import { create as removeWorkflow } from '../functions/remove-workflow.ts';
import { create as saveWorkflow } from '../functions/save-workflow.ts';

/** Everything that any function needs. */
export type WholeService = RegisterService & CheckTimersService & Running;

const operations: Record<Operation, (service: WholeService) => HttpHandler> = {
  register,
  read,
  progress,
  complete,
  list,
  'list-workflows': listWorkflows,
  'read-workflow': readWorkflow,
  'save-workflow': saveWorkflow,
  'remove-workflow': removeWorkflow,
  'check-health': checkHealth,
  'read-openapi': readOpenapi,
};

/** The functions as they are deployed, over the clients of `service`. */
export function createFunctions(service: WholeService) {
  return {
    routes: routes.map(({ method, path, operation }) => ({
      method,
      path,
      handler: operations[operation](service),
    })),
    fallback: answerUnrouted(service),
    checkTimers: checkTimers(service),
  };
}
