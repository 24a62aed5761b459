import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { TokensTable } from '../core/aws/registry/tokens.ts';
import { entry } from '../core/lambda/entry.ts';
import { errorFields } from '../core/log.ts';
import type { AnonymousContext, KnownContext } from '../core/model/access/authorizer-context.ts';
import { authorize } from '../core/operations/access/authorize.ts';

/** A Lambda authorizer's simple response. */
export interface Authorization {
  isAuthorized: boolean;
  context: KnownContext | AnonymousContext;
}
export type Authorizer = (event: APIGatewayRequestAuthorizerEventV2) => Promise<Authorization>;

/**
 * The token API's authorizer. It lets every request through and says who calls, even if that is unknown: the handlers
 * then answer 401 and say how to authenticate, which API Gateway's own 401 cannot (docs/adr/0011).
 */
export const { create, handler } = entry('authorize', { tokens: TokensTable }, (service): Authorizer => {
  const { log, clock } = service;
  return async (event) => {
    const started = clock.now();
    const requestId = String(event?.requestContext?.requestId ?? 'unknown');
    try {
      const context = await authorize(service, event.headers?.authorization);
      const who = 'anonymous' in context ? { outcome: context.anonymous } : { caller: context.tokenId };
      log.info('handled', { operation: 'authorize', requestId, ...who, durationMs: clock.now() - started });
      return { isAuthorized: true, context };
    } catch (error) {
      log.error('failed', { operation: 'authorize', requestId, ...errorFields(error) });
      // Lambda logs a thrown error, whose message may quote the request. API Gateway answers 500 and caches nothing.
      throw new Error('authorization failed');
    }
  };
});
