import type { Sign } from '../../connection.ts';
import type { HttpRequest } from '../../http-request.ts';

/** A request of the page, below `/v1`. */
export interface PageRequest {
  method: string;
  /** Path and query, as they came. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  signal: AbortSignal;
}

export interface PageReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The longest time that API Gateway takes for a request, in milliseconds. */
const mostMs = 30_000;
const sentHeaders = ['content-type', 'if-match'];
const returnedHeaders = ['content-type', 'etag', 'retry-after'];

/**
 * Sends requests of the page on, with the headers that prove who calls. The page cannot replace these headers. Its
 * reply to a refused token or a warden that is not reached is a problem that the page shows.
 */
export function forwarder(base: string, sign: Sign, send: typeof fetch) {
  return async ({ method, target, headers, body, signal }: PageRequest): Promise<PageReply> => {
    const request: HttpRequest = {
      method,
      url: base + encodedTarget(target),
      headers: Object.fromEntries(
        sentHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
      ),
      ...(body !== '' && { body }),
    };
    try {
      const signed = { ...request.headers, ...(await sign(request)) };
      const limited = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
      const reply = await send(request.url, { ...request, headers: signed, signal: limited });
      // The page would ask for a token, but `warden console` has to get it.
      if (reply.status === 401) {
        return problem(
          403,
          'unauthenticated',
          'the warden refuses the token of `warden console`: start it with another one',
        );
      }
      const returned = returnedHeaders.map((name): [string, string | null] => [
        name,
        reply.headers.get(name),
      ]);
      return {
        status: reply.status,
        headers: Object.fromEntries(
          returned.filter((header): header is [string, string] => header[1] !== null),
        ),
        body: await reply.text(),
      };
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'TimeoutError') return problem(504, 'timeout', 'the warden did not answer within 30 s');
      if (name === 'UsageError') return problem(502, 'unauthenticated', message);
      return problem(502, 'unreachable', 'the warden cannot be reached by `warden console`');
    }
  };
}

/** Encodes every value as Signature Version 4 reads it: a space is `%20`, not `+`. */
function encodedTarget(target: string): string {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/.exec(target) ?? [];
  const pairs = [...new URLSearchParams(query)].map((pair) => pair.map(encodeURIComponent).join('='));
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function problem(status: number, code: string, detail: string): PageReply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: `urn:process-warden:problem:${code}`, title: detail, status, code, detail }),
  };
}
