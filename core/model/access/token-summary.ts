import { Scope } from '../../contract/scope.ts';
import { TokenSummary } from '../../contract/token.ts';
import { type TokenRecord, tokenState } from './token-record.ts';

const shown = Object.keys(TokenSummary.shape) as (keyof TokenSummary)[];

/** A token for callers: the members in the contract, and no others, so never its hash. */
export function tokenSummary(record: TokenRecord, now: number): TokenSummary {
  const facts: TokenSummary = {
    ...record,
    id: record.name,
    name: record.label,
    state: tokenState(record, now),
    scopes: record.scopes.flatMap((scope) => Scope.safeParse(scope).data ?? []),
  };
  const present = shown.filter((name) => facts[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, facts[name]])) as TokenSummary;
}
