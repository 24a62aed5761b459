import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import type { AuditLog, Note } from '../aws/registry/audit-log.ts';
import type { OperationContract } from '../contract/operations.ts';
import type { JsonText } from '../json-text.ts';
import { errorFields, type LogFields } from '../log.ts';
import { type Caller, requirePermission } from '../model/access/permission.ts';
import { problemOf } from '../problem-of.ts';
import type { Running } from '../running.ts';
import { callerOf } from './caller.ts';
import { HttpEvent, type ParsedRequest, parseRequest } from './http-request.ts';
import { itemOf } from './item-url.ts';
import { problemReply } from './problem-reply.ts';

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpReply {
  status: number;
  /** An object, or JSON text as it is; undefined for a reply without a body. */
  json?: object | JsonText;
  headers?: Record<string, string>;
  /** What became of it, for the log. */
  outcome?: string;
}

export interface Asked {
  caller: Caller;
  /** Notes what is done for the caller, of the path's workflow if not of another, before it is done. */
  note: Note;
}

/**
 * A Lambda function behind one route. Owns what all of them share: who calls may do what the contract asks for, the
 * request is parsed by the contract, errors become problems, and one line is logged, of ids, outcome and time, never
 * of data (P9).
 */
export function httpFunction<Contract extends OperationContract>(
  operation: string,
  contract: Contract,
  { clock, log, access, audit }: Running & { audit?: AuditLog },
  handle: (request: ParsedRequest<Contract> & Asked, event: HttpEvent) => Promise<HttpReply>,
): HttpHandler {
  return async (rawEvent) => {
    const started = clock.now();
    const fields: LogFields = { operation, ...identify(contract, rawEvent) };
    try {
      const event = z.parse(HttpEvent, rawEvent);
      const caller = callerOf(event.requestContext.authorizer, access, started);
      fields.caller = caller.id;
      // Before anything else of the request is looked at. Parsing takes the name as it is, so this is what is used.
      if (contract.scope !== 'any') {
        requirePermission(caller, contract.scope, event.pathParameters?.workflow);
      }
      const note = audit?.noteFor(caller.arn ?? caller.id, event.pathParameters?.workflow) ?? withoutAuditLog;
      const request = { ...parseRequest(contract, event), caller, note };
      const { status, json, headers, outcome } = await handle(request, event);
      log.info('handled', { ...fields, status, outcome, durationMs: clock.now() - started });
      if (json === undefined) return { statusCode: status, ...(headers && { headers }) };
      const body = typeof json === 'string' ? json : JSON.stringify(json);
      return { statusCode: status, headers: { 'content-type': 'application/json', ...headers }, body };
    } catch (error) {
      const problem = problemOf(error);
      const ended = {
        ...fields,
        status: problem.status,
        code: problem.code,
        durationMs: clock.now() - started,
      };
      if (problem.status < 500) log.info('refused', ended);
      else log.error('failed', { ...ended, ...errorFields(problem.cause ?? problem) });
      return problemReply(problem);
    }
  };
}

const withoutAuditLog: Note = async ({ action }) => {
  throw new Error(`there is no audit log to note ${action} in`);
};

/** What names the request in the log even if the rest of the event cannot be parsed. */
function identify(contract: OperationContract, event: APIGatewayProxyEventV2) {
  return {
    requestId: String(event?.requestContext?.requestId ?? 'unknown'),
    workflow: event?.pathParameters?.workflow,
    item: itemOf(contract, event),
  };
}
