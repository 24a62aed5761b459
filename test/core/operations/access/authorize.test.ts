import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize } from '../../../../core/operations/access/authorize.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { bearer, makeToken } from '../../../support/tokens.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden({ auth: true });
});
afterAll(() => warden.close());

describe('the context', () => {
  test('consists of strings, as API Gateway passes it on', async () => {
    const made = await makeToken(warden, {
      scopes: ['ingest', 'read'],
      workflows: ['a', 'b*'],
      expiresIn: 60,
    });
    expect(await authorize(warden.aws.service, `Bearer ${made.token}`)).toEqual({
      tokenId: made.id,
      tokenName: 'ingest,read',
      scopes: 'ingest read',
      workflows: '["a","b*"]',
      expiresAt: made.expiresAt,
    });
  });

  test('of an expired or revoked token says so only to its holder', async () => {
    const made = await makeToken(warden, { scopes: ['read'], expiresIn: 60 });
    warden.clock.advance(60_000);
    expect(await authorize(warden.aws.service, `Bearer ${made.token}`)).toEqual({ anonymous: 'expired' });
    await warden.aws.service.tokens.revoke(made.id, new Date(warden.clock.now()).toISOString());
    expect(await authorize(warden.aws.service, `Bearer ${made.token}`)).toEqual({ anonymous: 'revoked' });
    const guess = `pw_${made.id}_${'A'.repeat(43)}`;
    expect(await authorize(warden.aws.service, `Bearer ${guess}`)).toEqual({ anonymous: 'unknown' });
  });
});

describe('the last use', () => {
  const lastUsedAt = async (id: string) => (await warden.aws.service.tokens.read(id))?.lastUsedAt;
  const use = (token: string) => warden.request('GET', '/v1/workflows', { headers: bearer(token) });

  test('is recorded once an hour', async () => {
    const { id, token } = await makeToken(warden, { scopes: ['read'] });
    expect(await lastUsedAt(id)).toBeUndefined();
    await use(token);
    const first = new Date(warden.clock.now()).toISOString();
    expect(await lastUsedAt(id)).toBe(first);
    warden.clock.advance(60 * 60_000 - 1);
    await use(token);
    expect(await lastUsedAt(id)).toBe(first);
    warden.clock.advance(1);
    await use(token);
    expect(await lastUsedAt(id)).toBe(new Date(warden.clock.now()).toISOString());
  });

  test('is not recorded for a refused token', async () => {
    const { id, token } = await makeToken(warden, { scopes: ['read'], expiresIn: 60 });
    warden.clock.advance(60_000);
    await use(token);
    await use(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`);
    expect(await lastUsedAt(id)).toBeUndefined();
  });

  test('fails no request if it cannot be recorded', async () => {
    const { id, token } = await makeToken(warden, { scopes: ['read'] });
    const { tokens } = warden.aws.service;
    const { noteUse } = tokens;
    tokens.noteUse = async () => {
      throw Object.assign(new Error(`secret ${token}`), { name: 'ThrottlingException' });
    };
    try {
      expect((await use(token)).status).toBe(200);
    } finally {
      tokens.noteUse = noteUse;
    }
    expect(await lastUsedAt(id)).toBeUndefined();
    expect(warden.logLines.join()).toContain('last use not recorded');
    expect(warden.logLines.join()).not.toContain(token.slice(16));
  });
});
