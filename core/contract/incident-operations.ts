import { AcknowledgeRequest, IncidentPath, IncidentsQuery, SilenceRequest } from './incident.ts';
import { NoQuery } from './item.ts';
import { WorkflowPath } from './item-list.ts';
import { NoPath, type OperationContract } from './operations.ts';

/** Apart from the other operations, so that their bundles do not carry the schemas of requests about incidents. */
export const listIncidentsContract = {
  scope: 'read',
  path: NoPath,
  query: IncidentsQuery,
} satisfies OperationContract;
export const readIncidentContract = {
  scope: 'read',
  path: IncidentPath,
  query: NoQuery,
} satisfies OperationContract;
export const acknowledgeIncidentContract = {
  scope: 'operate',
  path: IncidentPath,
  query: NoQuery,
  body: AcknowledgeRequest,
} satisfies OperationContract;
export const silenceWorkflowContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
  body: SilenceRequest,
} satisfies OperationContract;
export const endSilenceContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
} satisfies OperationContract;
