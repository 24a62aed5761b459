import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import type { AuditLog, Note } from '../aws/registry/audit-log.ts';
import { ItemId, WorkflowName } from '../contract/names.ts';
import type { HttpContract } from '../contract/operation.ts';
import { withGeneratedParser } from '../generated-parser.ts';
import { errorFields, type LogFields } from '../log.ts';
import { type Caller, requirePermission } from '../model/access/permission.ts';
import { problemOf } from '../problem-of.ts';
import type { Running } from '../running.ts';
import { callerOf } from './caller.ts';
import { type HttpReply, type SentReply, sent } from './http-reply.ts';
import { HttpEvent, type ParsedRequest, parseRequest } from './http-request.ts';
import { itemOf } from './item-url.ts';
import { problemReply } from './problem-reply.ts';

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Who calls; and for an audited operation, the function that writes its audit entry. */
export type Asked<Contract> = { caller: Caller } & (Contract extends { audited: true }
  ? {
      /** Writes the audit entry of this request. Call it before acting. The workflow defaults to the one in the path. */
      note: Note;
    }
  : unknown);

/** Required by a contract that is audited. */
type Audited<Contract> = Contract extends { audited: true } ? { audit: AuditLog } : unknown;

const Event = withGeneratedParser(HttpEvent);

/**
 * A Lambda function behind one route. It does what all of them share: it checks that the caller may do what the
 * contract demands, parses the request by the contract, turns errors into problems, and logs one line with ids,
 * outcome and time, never with data (P9).
 */
export function httpFunction<Contract extends HttpContract>(
  contract: Contract,
  service: Running & Audited<Contract>,
  handle: (
    request: ParsedRequest<Contract> & Asked<Contract>,
    event: HttpEvent,
  ) => Promise<HttpReply<Contract>>,
): HttpHandler {
  const { clock, log, access, audit }: Running & { audit?: AuditLog } = service;
  return async (rawEvent) => {
    const started = clock.now();
    const requestId = String(rawEvent?.requestContext?.requestId ?? 'unknown');
    const fields: LogFields = { operation: contract.operation, requestId };
    let ofKnownCaller: HttpEvent | undefined;
    try {
      const event = z.parse(Event, rawEvent);
      const caller = callerOf(event.requestContext.authorizer, access, started);
      fields.caller = caller.id;
      ofKnownCaller = event;
      // Checked before the rest of the request. Parsing does not change the name, so this is the name that is used.
      if (contract.scope !== 'any') {
        requirePermission(caller, contract.scope, event.pathParameters?.workflow);
      }
      const note = contract.audited && audit?.noteFor(caller.by, event.pathParameters?.workflow);
      const request = { ...parseRequest(contract, event), caller, ...(note && { note }) };
      const asked = request as ParsedRequest<Contract> & Asked<Contract>;
      const reply = (await handle(asked, event)) as SentReply;
      const { status, outcome } = reply;
      const { workflow, item }: Subject = request.path ?? {};
      log.info('handled', { ...fields, workflow, item, status, outcome, durationMs: clock.now() - started });
      return sent(reply, contract.mediaType);
    } catch (error) {
      const problem = problemOf(error);
      const ended = {
        ...fields,
        ...(ofKnownCaller && subjectOf(contract, ofKnownCaller)),
        status: problem.status,
        code: problem.code,
        durationMs: clock.now() - started,
      };
      if (problem.status < 500) log.info('refused', ended);
      else {
        log.metrics({ Failures: 1 });
        log.error('failed', { ...ended, ...errorFields(problem.cause ?? problem) });
      }
      return problemReply(problem);
    }
  };
}

/** What the log says the request is about. */
interface Subject {
  workflow?: string | undefined;
  item?: string | undefined;
}

/**
 * The subject of a request that is refused: the rest of it may be what cannot be parsed. Only valid names: anything else
 * that a caller sends can have any length and any characters.
 */
function subjectOf(contract: HttpContract, event: HttpEvent): Subject {
  return {
    workflow: z.safeParse(WorkflowName, event.pathParameters?.workflow).data,
    item: z.safeParse(ItemId, itemOf(contract, event)).data,
  };
}
