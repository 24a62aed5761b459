import { connectTokensTable, type TokensTable } from '../core/aws/registry/tokens.ts';
import { listTokensContract } from '../core/contract/token.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { listTokens } from '../core/operations/access/list-tokens.ts';
import type { Running } from '../core/running.ts';

export function create(service: { tokens: TokensTable } & Running) {
  return httpFunction(listTokensContract, service, async ({ query }) => ({
    status: 200,
    json: await listTokens(service, query),
  }));
}

export const handler = onLambda(environments['list-tokens'], (environment, running) =>
  create({ ...running, tokens: connectTokensTable(environment) }),
);
