import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { TokensTable } from '../core/aws/registry/tokens.ts';
import { revokeTokenContract } from '../core/contract/token.ts';
import { serve } from '../core/lambda/serve.ts';
import { revokeToken } from '../core/operations/access/revoke-token.ts';

export const { create, handler } = serve(
  revokeTokenContract,
  { tokens: TokensTable, audit: AuditLog },
  async (service, { path, query, note }) => {
    await revokeToken(service, { ...path, descendants: query.descendants === 'true', note });
    return { status: 204 };
  },
);
