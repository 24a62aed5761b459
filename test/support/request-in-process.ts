import type { BridgeRequest } from '../../local/http-bridge/request.ts';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests are about to find out what a reply has
  json: any;
}

export interface RequestOptions {
  body?: unknown;
  /** The body as it is, instead of `body`. */
  text?: string | Buffer;
  headers?: Record<string, string>;
}

/** The request that a connection would bring: names of headers in lower case, and a Host. */
export function requestInProcess(
  method: string,
  url: string,
  { body, text, headers: given = {} }: RequestOptions,
): BridgeRequest {
  const payload = Buffer.from(text ?? (body === undefined ? '' : JSON.stringify(body)));
  const headers: Record<string, string> = { host: 'localhost', connection: 'keep-alive' };
  if (payload.length > 0) headers['content-length'] = String(payload.length);
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value;
  return {
    ...{ method, url, httpVersion: '1.1', headers },
    headersDistinct: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    remoteAddress: '127.0.0.1',
    port: 80,
    readBody: async () => payload,
    hasLeft: () => false,
  };
}
