import { invalid } from './service-error.ts';

/** The position of the end of a page, as an opaque NextToken. */
export function pageToken(...after: string[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

/** The parts of a NextToken; without a token, empty strings, which sort before every name. */
export function afterToken(token: string | undefined): { first: string; second: string } {
  if (token === undefined) return { first: '', second: '' };
  // Names have no comma, quote or backslash, so a pattern can read them.
  const match = /^\["([\w.-]+)"(?:,"([\w.-]+)")?\]$/.exec(Buffer.from(token, 'base64url').toString());
  if (match?.[1] === undefined) throw invalid('Invalid NextToken');
  return { first: match[1], second: match[2] ?? '' };
}
