import { TokensTable } from '../core/aws/registry/tokens.ts';
import { listTokensContract } from '../core/contract/token.ts';
import { serve } from '../core/lambda/serve.ts';
import { listTokens } from '../core/operations/access/list-tokens.ts';

export const { create, handler } = serve(
  listTokensContract,
  { tokens: TokensTable },
  async (service, { query }) => ({
    status: 200,
    json: await listTokens(service, query),
  }),
);
