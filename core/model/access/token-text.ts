import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { tokenIdPattern, tokenSecretPattern, whole } from '../../contract/patterns.ts';

const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idCharacters = 12;
const secretBytes = 32;

/** A token as its holder has it: `pw_<id>_<secret>`. The secret may have underscores of its own, the id has none. */
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

/** The token of an Authorization header; undefined for a header that holds anything but one bearer token. */
export function bearerToken(header: string): TokenText | undefined {
  // The length first: what is longer cannot be one, and patterns take their time with 10 KB.
  if (header.length > 128) return undefined;
  const [, credentials = ''] = /^bearer +(\S+)$/i.exec(header.trim()) ?? [];
  const [, id, secret] = tokenShape.exec(credentials) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** What is kept of a secret. docs/adr/0011 says why a plain hash is enough for 256 random bits. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in constant time, so that no answer's timing tells how much of a guess was right. */
export function isSecretOf(hash: string, secret: string): boolean {
  const kept = Buffer.from(hash, 'hex');
  const given = Buffer.from(secretHash(secret), 'hex');
  return kept.length === given.length && timingSafeEqual(kept, given);
}
