import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { TokensTable } from '../core/aws/registry/tokens.ts';
import { createTokenContract, type TokenReply, TokenRequest } from '../core/contract/token.ts';
import type { Connected } from '../core/lambda/connect.ts';
import { entry } from '../core/lambda/entry.ts';
import { type HttpHandler, httpFunction } from '../core/lambda/http-function.ts';
import { createToken } from '../core/operations/access/create-token.ts';

const connectors = { tokens: TokensTable, audit: AuditLog };

export function create(service: Connected<typeof connectors>): HttpHandler {
  return httpFunction(createTokenContract, service, async ({ body, caller, note }) => {
    const { by: createdBy, expiresAt: until } = caller;
    const json = await createToken(service, { request: body, createdBy, until, note });
    return { status: 201, json, outcome: 'created' };
  });
}

/**
 * Also accepts the body of a request alone, for the first token: anybody who may invoke the function could make up a
 * request context, so demanding one would keep nobody out. API Gateway always sends a context.
 */
export function createInvocable(service: Connected<typeof connectors>) {
  const answer = create(service);
  return async (event: object): Promise<APIGatewayProxyStructuredResultV2 | TokenReply> => {
    if ('requestContext' in event) return answer(event as APIGatewayProxyEventV2);
    const request = z.safeParse(TokenRequest, event);
    if (!request.success) {
      // Lambda logs the message: it names the wrong members and never the received values (P9).
      const members = [...new Set(request.error.issues.map(({ path }) => path.join('.') || 'the request'))];
      throw new Error(`the request is not valid: ${members.join(', ')}`);
    }
    const createdBy = 'invocation';
    const note = service.audit.noteFor(createdBy);
    const reply = await createToken(service, { request: request.data, createdBy, note });
    service.log.info('handled', { operation: 'create-token', caller: createdBy, outcome: 'created' });
    return reply;
  };
}

export const { handler } = entry('create-token', connectors, createInvocable);
