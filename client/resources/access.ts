import type { BodyOf, CallLimits } from '../../core/contract/calls.ts';
import type { Connection } from '../connection.ts';
import { entriesOf, type FiltersOf, type ListOptions } from '../pages.ts';

export function tokensOf({ call }: Pick<Connection, 'call'>) {
  return {
    /** Is not repeated if its reply is lost, because a repeat would create a second token. */
    create: (body: BodyOf<'create-token'>, limits: CallLimits = {}) =>
      call('create-token', { path: {}, body, ...limits }),
    list: (options: ListOptions = {}) =>
      entriesOf(
        options,
        (query, limits) => call('list-tokens', { path: {}, query, ...limits }),
        ({ tokens }) => tokens,
      ),
    /** By the token's id. `descendants`: also the tokens that it created, the tokens that these created, and so on. */
    revoke: (token: string, { descendants, ...limits }: CallLimits & { descendants?: boolean } = {}) =>
      call('revoke-token', { path: { token }, query: { descendants }, ...limits }),
  };
}

/** The audit log: who did what. */
export function auditOf({ call }: Pick<Connection, 'call'>) {
  return (filters: FiltersOf<'list-audit'> = {}, options: ListOptions = {}) =>
    entriesOf(
      options,
      (page, limits) => call('list-audit', { path: {}, query: { ...filters, ...page }, ...limits }),
      ({ entries }) => entries,
    );
}
