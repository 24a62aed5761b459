import type { IncomingHttpHeaders } from 'node:http';

/** The headers in which a browser or another caller says where a request comes from and goes to. */
export interface Origins {
  method: string;
  headers: IncomingHttpHeaders;
  /** The port that the request came in at. */
  port: number;
  /** Any Host is right, because callers need a token. */
  anyHost: boolean;
}

/** Names that only this machine has: no name server can give them to another. */
const loopbackName = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * The reason to refuse a request that a web page of another site may have sent; undefined if none has. A browser lets
 * any page send requests to this machine. It says so in `Origin` and `Sec-Fetch-Site`, except after DNS rebinding: then
 * the page's own host name is in `Host`.
 */
export function foreignRequest({ method, headers, port, anyHost }: Origins): string | undefined {
  const host = headers.host?.toLowerCase() ?? '';
  if (!anyHost && !isLoopback(host, port)) {
    return `the Host header must be localhost:${port}, 127.0.0.1:${port} or [::1]:${port}; other names need --auth`;
  }
  const { origin } = headers;
  if (origin !== undefined && hostOf(origin) !== host) {
    return 'the Origin header names another site than the Host header: web pages of other sites may not call this service';
  }
  const site = headers['sec-fetch-site'];
  if ((site === 'cross-site' || site === 'same-site') && !isFollowedLink(method, headers)) {
    return 'the Sec-Fetch-Site header says that a web page of another site sent this request, which may not call this service';
  }
  return undefined;
}

function isLoopback(host: string, port: number): boolean {
  const [, name = '', given = '80'] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  return loopbackName.test(name) && Number(given) === port;
}

/** `null` is the origin of sandboxed pages and files, which can be of anybody. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** A link that a person follows, for example in a notification: the page that has it cannot read what opens. */
function isFollowedLink(method: string, headers: IncomingHttpHeaders): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
