import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { connectTokensTable, type TokensTable } from '../core/aws/registry/tokens.ts';
import { revokeTokenContract } from '../core/contract/token.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { revokeToken } from '../core/operations/access/revoke-token.ts';
import type { Running } from '../core/running.ts';

export function create(service: { tokens: TokensTable; audit: AuditLog } & Running) {
  return httpFunction(revokeTokenContract, service, async ({ path, note }) => {
    await revokeToken(service, { ...path, note });
    return { status: 204 };
  });
}

export const handler = onLambda(environments['revoke-token'], (environment, running) => {
  const tokens = connectTokensTable(environment);
  return create({ ...running, tokens, audit: new AuditLog(tokens.client, tokens.name, running.clock) });
});
