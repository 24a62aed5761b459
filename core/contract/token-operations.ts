import { NoQuery } from './item.ts';
import { NoPath, type OperationContract } from './operations.ts';
import { TokenPath, TokenRequest, TokensQuery } from './token.ts';

/** Apart from the other operations, so that their bundles do not carry the schemas of tokens. */
export const createTokenContract = {
  scope: 'admin',
  path: NoPath,
  query: NoQuery,
  body: TokenRequest,
} satisfies OperationContract;
export const listTokensContract = {
  scope: 'admin',
  path: NoPath,
  query: TokensQuery,
} satisfies OperationContract;
export const revokeTokenContract = {
  scope: 'admin',
  path: TokenPath,
  query: NoQuery,
} satisfies OperationContract;
