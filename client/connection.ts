import { pathOf } from '../core/contract/path-of.ts';
import type { Problem } from '../core/contract/problem.ts';
import { type Operation, routes } from '../core/contract/routes.ts';
import type { ReplyOf, RequestOf } from './contracts.ts';
import { WardenError } from './warden-error.ts';

export interface ConnectionOptions {
  /** Where the service is reached, such as `http://localhost:8080`. */
  url: string;
  /** The bearer token. */
  token?: string;
}

/** Calls an operation of the service. Throws a WardenError. */
export type Call = <Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
) => Promise<ReplyOf<Name>>;

/** The way to a service. */
export function connect({ url, token }: ConnectionOptions): Call {
  return async (operation, { path, query, body, attempt, signal }) => {
    const target = new URL(pathOf(operation, path), url);
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, String(one));
    }
    const method = routes.find((route) => route.operation === operation)?.method ?? 'GET';
    const response = await fetch(target, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(attempt !== undefined && { 'if-match': `"${attempt}"` }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((cause: Error) => {
      throw new WardenError('unreachable', `the warden at ${url} cannot be reached`, { cause });
    });
    const text = await response.text();
    const reply = text === '' ? undefined : JSON.parse(text);
    if (response.ok || response.status === 207) return reply;
    const problem = reply as Problem;
    throw new WardenError(problem.code, problem.detail, { problem });
  };
}
