import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  bearerToken,
  isSecretOf,
  newToken,
  secretHash,
  tokenText,
} from '../../../../core/model/access/token-text.ts';

test('a token is parsed as it was created, whatever its secret contains', () => {
  let withUnderscore = 0;
  for (let count = 0; count < 500; count++) {
    const token = newToken();
    if (token.secret.includes('_')) withUnderscore++;
    expect(tokenText(token)).toMatch(/^pw_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect(bearerToken(`Bearer ${tokenText(token)}`)).toEqual(token);
  }
  expect(withUnderscore).toBeGreaterThan(50);
});

test('no two tokens are equal', () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  expect(new Set(tokens.map(({ id }) => id)).size).toBe(1_000);
  expect(new Set(tokens.map(({ secret }) => secret)).size).toBe(1_000);
});

test('the SHA-256 hash of a secret of 256 bits is stored', () => {
  const { secret } = newToken();
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(secretHash(secret)).toBe(createHash('sha256').update(secret).digest('hex'));
});

test('only the secret itself matches its hash', () => {
  const { secret } = newToken();
  const hash = secretHash(secret);
  expect(isSecretOf(hash, secret)).toBe(true);
  expect(isSecretOf(hash, newToken().secret)).toBe(false);
  expect(isSecretOf(hash, '')).toBe(false);
  // The unused bits of the last character make no second secret.
  const last = secret.endsWith('A') ? 'B' : String.fromCharCode(secret.charCodeAt(42) + 1);
  expect(isSecretOf(hash, secret.slice(0, -1) + last)).toBe(false);
  for (const damaged of ['', 'nonsense', hash.slice(2), `${hash}00`]) {
    expect(isSecretOf(damaged, secret)).toBe(false);
  }
});
