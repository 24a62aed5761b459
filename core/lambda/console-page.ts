import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ConsoleFiles } from '../ports.ts';

/**
 * The page runs only the code that was deployed with it, talks only to its own API, and no other page shows it in a
 * frame.
 */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Their names have a hash of their contents, so they never change. */
const fileHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
};
const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * Serves the console at `/console` (on a laptop also at `/`), and its files below it. It needs no token: the page has no
 * data, and asks for a token itself.
 */
export function consolePage(files: () => Promise<ConsoleFiles>) {
  return async ({
    rawPath,
    headers,
  }: Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers'>): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = await files();
    const name = rawPath.replace(/^\/(console\/?)?/, '') || 'index.html';
    const body = found.get(name);
    if (body === undefined) {
      return {
        statusCode: 404,
        // The name comes from the request.
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: `the console has no file "${name}"\n`,
      };
    }
    if (name !== 'index.html') {
      const type = types[name.split('.').at(-1) ?? ''] ?? 'text/plain';
      return { statusCode: 200, headers: { ...fileHeaders, 'content-type': type }, body };
    }
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    if (headers?.['if-none-match'] === etag) return { statusCode: 304, headers: { etag } };
    return { statusCode: 200, headers: { ...pageHeaders, etag }, body };
  };
}
