import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { tokenIdPattern, tokenSecretPattern, whole } from '../../contract/patterns.ts';

const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idCharacters = 12;
const secretBytes = 32;

/** A token as its holder has it: `pw_<id>_<secret>`. The secret can contain underscores, the id cannot. */
export interface TokenText {
  id: string;
  secret: string;
}

export function newToken(): TokenText {
  const id = Array.from({ length: idCharacters }, () => idAlphabet[randomInt(idAlphabet.length)]).join('');
  return { id, secret: randomBytes(secretBytes).toString('base64url') };
}

export function tokenText({ id, secret }: TokenText): string {
  return `pw_${id}_${secret}`;
}

const tokenShape = whole(`pw_(${tokenIdPattern})_(${tokenSecretPattern})`);

/** The token of an Authorization header; undefined unless the header has exactly one bearer token. */
export function bearerToken(header: string): TokenText | undefined {
  // Check the length first: a longer text is no token, and a pattern is slow on 10 KB.
  if (header.length > 128) return undefined;
  const [, credentials = ''] = /^bearer +(\S+)$/i.exec(header.trim()) ?? [];
  const [, id, secret] = tokenShape.exec(credentials) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** The hash that is stored for a secret. docs/adr/0011 says why a plain hash is enough for 256 random bits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in constant time, so that timing does not reveal how much of a guess was right. */
export function isSecretOf(hash: string, secret: string): boolean {
  const kept = Buffer.from(hash, 'hex');
  const given = Buffer.from(secretHash(secret), 'hex');
  return kept.length === given.length && timingSafeEqual(kept, given);
}
