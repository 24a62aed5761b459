import * as z from 'zod/mini';
import { AuditAction, AuditEntry, AuditReply } from '../contract/audit.ts';
import * as batch from '../contract/batch.ts';
import { HealthReply } from '../contract/health.ts';
import * as incident from '../contract/incident.ts';
import * as incidentContracts from '../contract/incident-operations.ts';
import * as item from '../contract/item.ts';
import { ItemEvent } from '../contract/item-event.ts';
import { EndedFilter } from '../contract/item-filter.ts';
import { Cursor, ListReply } from '../contract/item-list.ts';
import * as itemContracts from '../contract/item-operations.ts';
import { itemParameter } from '../contract/item-path.ts';
import { limits } from '../contract/limits.ts';
import { Attempt, ItemId, RunToken, StepName, Tags, WorkflowName } from '../contract/names.ts';
import { Notification } from '../contract/notification.ts';
import * as contracts from '../contract/operations.ts';
import { Problem } from '../contract/problem.ts';
import * as redrive from '../contract/redrive.ts';
import * as redriveContracts from '../contract/redrive-operations.ts';
import type { Operation } from '../contract/routes.ts';
import { Scope } from '../contract/scope.ts';
import { Instant, InstantInput, StartBy, Timeout } from '../contract/time.ts';
import * as token from '../contract/token.ts';
import * as tokenContracts from '../contract/token-operations.ts';
import {
  Count,
  Expectation,
  NotificationSettings,
  RedriveSettings,
  Workflow,
  WorkflowSettings,
  WorkflowsReply,
} from '../contract/workflow.ts';

/** JSON as the document holds it. */
export interface Json {
  [name: string]: unknown;
}

type Contract = contracts.OperationContract & { path: z.core.$ZodType; query: z.core.$ZodType };

export const contractOf: Record<Operation, Contract> = {
  register: itemContracts.registerContract,
  read: itemContracts.readContract,
  progress: itemContracts.progressContract,
  complete: itemContracts.completeContract,
  list: contracts.listContract,
  batch: contracts.batchContract,
  'start-redrive': redriveContracts.startRedriveContract,
  'list-redrives': redriveContracts.listRedrivesContract,
  'read-redrive': redriveContracts.readRedriveContract,
  'change-redrive': redriveContracts.changeRedriveContract,
  discard: redriveContracts.discardContract,
  'list-workflows': contracts.listWorkflowsContract,
  'read-workflow': contracts.readWorkflowContract,
  'save-workflow': contracts.saveWorkflowContract,
  'remove-workflow': contracts.removeWorkflowContract,
  'silence-workflow': incidentContracts.silenceWorkflowContract,
  'end-silence': incidentContracts.endSilenceContract,
  'list-incidents': incidentContracts.listIncidentsContract,
  'read-incident': incidentContracts.readIncidentContract,
  'acknowledge-incident': incidentContracts.acknowledgeIncidentContract,
  'create-token': tokenContracts.createTokenContract,
  'list-tokens': tokenContracts.listTokensContract,
  'revoke-token': tokenContracts.revokeTokenContract,
  'list-audit': redriveContracts.listAuditContract,
  'check-health': contracts.checkHealthContract,
  'read-openapi': contracts.readOpenapiContract,
};

/** A batch as callers are to send it. The service parses each operation on its own (core/lambda/batch-operations.ts). */
const DescribedBatchRequest = z.strictObject({
  operations: z
    .array(z.union([batch.RegisterOperation, batch.ProgressOperation, batch.CompleteOperation]))
    .check(z.minLength(1), z.maxLength(limits.batchOperations)),
});

/** What both requests and replies are made of. */
const parts = {
  WorkflowName,
  ItemId,
  ItemState: item.ItemState,
  Attempt,
  StepName,
  RunToken,
  Tags,
  Timeout,
  Instant,
  InstantInput,
  Cursor,
  Scope,
  NotificationSettings,
  Expectation,
  RedriveSettings,
  RedriveId: redrive.RedriveId,
  IncidentId: incident.IncidentId,
  WorkflowPattern: token.WorkflowPattern,
  TokenId: token.TokenId,
};

export const requestSchemas = {
  ...parts,
  RegisterRequest: item.RegisterRequest,
  ProgressRequest: item.ProgressRequest,
  FailureInput: item.FailureInput,
  WorkflowSettings,
  BatchRequest: DescribedBatchRequest,
  RegisterOperation: batch.RegisterOperation,
  ProgressOperation: batch.ProgressOperation,
  CompleteOperation: batch.CompleteOperation,
  RedriveRequest: redrive.RedriveRequest,
  RedriveChange: redrive.RedriveChange,
  DiscardRequest: redrive.DiscardRequest,
  StartBy,
  SilenceRequest: incident.SilenceRequest,
  AcknowledgeRequest: incident.AcknowledgeRequest,
  TokenRequest: token.TokenRequest,
};
export type RequestName =
  | 'RegisterRequest'
  | 'ProgressRequest'
  | 'WorkflowSettings'
  | 'BatchRequest'
  | 'RedriveRequest'
  | 'RedriveChange'
  | 'DiscardRequest'
  | 'SilenceRequest'
  | 'AcknowledgeRequest'
  | 'TokenRequest';

export const replySchemas = {
  ...parts,
  RegisterReply: item.RegisterReply,
  Item: item.Item,
  ItemSummary: item.ItemSummary,
  StepReached: item.StepReached,
  Failure: item.Failure,
  CompleteReply: item.CompleteReply,
  ListReply,
  BatchReply: batch.BatchReply,
  EndedFilter,
  Redrive: redrive.Redrive,
  RedrivesReply: redrive.RedrivesReply,
  DryRun: redrive.DryRun,
  Workflow,
  Count,
  WorkflowsReply,
  Silence: incident.Silence,
  Incident: incident.Incident,
  IncidentSummary: incident.IncidentSummary,
  IncidentKind: incident.IncidentKind,
  IncidentCounts: incident.IncidentCounts,
  IncidentOutcomes: incident.IncidentOutcomes,
  Outage: incident.Outage,
  Shortfall: incident.Shortfall,
  Acknowledgement: incident.Acknowledgement,
  TimelineEntry: incident.TimelineEntry,
  IncidentsReply: incident.IncidentsReply,
  TokenReply: token.TokenReply,
  TokenSummary: token.TokenSummary,
  TokensReply: token.TokensReply,
  HealthReply,
  AuditAction,
  AuditEntry,
  AuditReply,
  Problem,
  Notification,
  ItemEvent,
  RedriveMessage: redrive.RedriveMessage,
};
export type ReplyName = Exclude<keyof typeof replySchemas, keyof typeof parts>;

export function reference(kind: 'schemas' | 'responses' | 'headers', name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

/** JSON schemas by the name of the zod schema, each named one referred to where another has it. */
export function jsonSchemas(schemas: Record<string, z.core.$ZodType>, io: 'input' | 'output') {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    io,
    target: 'draft-2020-12',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema),
  });
  return Object.fromEntries(
    // The document says once which dialect they are in, and an $id would be the base of their references.
    Object.entries(made.schemas).map(([id, { $schema, $id, ...schema }]): [string, Json] => [id, schema]),
  );
}

export function componentSchemas(): Json {
  return { ...jsonSchemas(requestSchemas, 'input'), ...jsonSchemas(replySchemas, 'output') };
}

/** The properties of each operation's path and query, as JSON schemas; for an item's operation in one of its forms. */
export function parameterSchemas(
  operation: Operation,
  isPathForm: boolean,
): { path: [string, Json][]; query: [string, Json][] } {
  const contract = contractOf[operation];
  const path = (isPathForm && contract.pathForm) || contract.path;
  const { query } = contract;
  const { Path, Query } = jsonSchemas({ ...requestSchemas, Path: path, Query: query }, 'input');
  const propertiesOf = (schema: Json | undefined) =>
    Object.entries((schema?.properties ?? {}) as Record<string, Json>);
  if (!contract.pathForm || isPathForm) return { path: propertiesOf(Path), query: propertiesOf(Query) };
  return {
    path: propertiesOf(Path).filter(([name]) => name !== 'item'),
    query: [[itemParameter, itemInQuery], ...propertiesOf(Query)],
  };
}

const itemInQuery: Json = {
  ...reference('schemas', 'ItemId'),
  description: "The item's id, any, percent-encoded once. A `+` is a blank.",
};

/** Zod bounds every integer by what JavaScript holds exactly, which says nothing about ours. */
function dropSafeIntegerBounds(schema: { minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
