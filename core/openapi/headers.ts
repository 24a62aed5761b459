import { type Json, reference } from './schemas.ts';

export const headers: Json = {
  ETag: {
    description: "The item's attempt, for `If-Match`.",
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$', examples: ['"1"'] },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate, or the scope that is missing.',
    schema: {
      type: 'string',
      examples: ['Bearer realm="process-warden", error="insufficient_scope", scope="read"'],
    },
  },
  Link: {
    description: 'With `format=jsonl`: the next page, if there may be more items.',
    schema: {
      type: 'string',
      examples: ['<?format=jsonl&cursor=eyJhZnRlciI6IjIwMjYtMTEtMjEifQ>; rel="next"'],
    },
  },
  'Accept-Encoding': {
    description: 'The encodings that a body may have: none.',
    schema: { type: 'string', enum: ['identity'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: { type: 'integer', minimum: 1, examples: [1] },
  },
  'Cache-Control': {
    description: 'The reply must not be cached.',
    schema: { type: 'string', enum: ['no-store'] },
  },
};

/** References to headers by their names. */
export function headersOf(names: readonly string[]): { headers?: Json } {
  if (names.length === 0) return {};
  return { headers: Object.fromEntries(names.map((name) => [name, reference('headers', name)])) };
}
