import { invalid } from './service-error.ts';

/** Where a page ended, as an opaque NextToken. */
export function pageToken(...after: string[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

/** The parts a NextToken was made of; empty strings, which come before every name, if there is none. */
export function afterToken(token: string | undefined): { first: string; second: string } {
  if (token === undefined) return { first: '', second: '' };
  // Names have no comma, quote or backslash, so that JSON of them needs no parser that can fail.
  const match = /^\["([\w.-]+)"(?:,"([\w.-]+)")?\]$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined) throw invalid('Invalid NextToken');
  return { first: match[1], second: match[2] ?? '' };
}
