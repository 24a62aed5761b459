import type { RequestOf } from '../core/contract/calls.ts';
import { pathOf } from '../core/contract/path-of.ts';
import { type Operation, routes } from '../core/contract/routes.ts';

/** A request as it is sent. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** Where the service is, without a slash at the end. Throws a TypeError if it cannot be the address of a service. */
export function baseOf(url: string): string {
  const allowed = 'must be an http or https address without a user, a query and a fragment';
  if (!URL.canParse(url)) throw new TypeError(`url ${allowed}; received ${JSON.stringify(url)}`);
  const { protocol, host, pathname, username, password, search, hash } = new URL(url);
  // Not shown as a whole: it may have a password.
  const shown = `${protocol}//${host}`;
  if (!/^https?:$/.test(protocol) || username || password || search || hash) {
    throw new TypeError(`url ${allowed}; received one at ${shown}`);
  }
  return shown + pathname.replace(/\/+$/, '');
}

/** The headers of a caller with a token. Throws a TypeError, without the token, if it cannot be sent in a header. */
export function authorizationOf(token: string): Record<string, string> {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError(
      'token must consist of printable ASCII characters without spaces and line ends; the one received does not',
    );
  }
  return { authorization: `Bearer ${token}` };
}

/**
 * The request of an operation. Every value is encoded so that SigV4 and every proxy read it in the same way: a space is
 * `%20`.
 */
export function httpRequest<Name extends Operation>(
  base: string,
  operation: Name,
  { path, query, body, attempt }: Pick<RequestOf<Name>, 'path' | 'query' | 'attempt'> & { body?: unknown },
): HttpRequest {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== undefined)
      .map((one) => `${name}=${encodeURIComponent(String(one).toWellFormed())}`),
  );
  const target = base + pathOf(operation, path);
  const glue = target.includes('?') ? '&' : '?';
  return {
    method: routes.find((route) => route.operation === operation)?.method ?? 'GET',
    url: pairs.length === 0 ? target : target + glue + pairs.join('&'),
    headers: {
      ...(attempt !== undefined && { 'if-match': `"${attempt}"` }),
      ...(body !== undefined && {
        'content-type': operation === 'fail' ? 'text/plain; charset=utf-8' : 'application/json',
      }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}
