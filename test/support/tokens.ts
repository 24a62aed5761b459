import type { Scope } from '../../core/contract/scope.ts';
import type { TokenReply } from '../../core/contract/token.ts';
import { createToken } from '../../core/operations/access/create-token.ts';
import type { Warden } from './warden.ts';

export interface Wanted {
  scopes: Scope[];
  workflows?: string[];
  expiresIn?: number;
}

/** A token that is created without a request, so that it can be the first. */
export function makeToken(
  warden: Warden,
  { scopes, workflows = ['*'], expiresIn }: Wanted,
): Promise<TokenReply> {
  const request = { name: scopes.join(), scopes, workflows, ...(expiresIn !== undefined && { expiresIn }) };
  return createToken(warden.aws.service, { request, createdBy: 'test', note: async () => {} });
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}
