import { describe, expect, test } from 'vitest';
import { onEngines } from '../../../support/on-engines.ts';
import { makeToken } from '../../../support/tokens.ts';

describe('a token', () => {
  onEngines((warden) => {
    const revoke = (id: string) => warden().request('DELETE', `/v1/tokens/${id}`);

    test('is revoked for good: a repeat changes nothing (P4)', async () => {
      const { id } = await makeToken(warden(), { scopes: ['read'] });
      const at = new Date(warden().clock.now()).toISOString();
      expect((await revoke(id)).status).toBe(204);
      warden().clock.advance(1_000);
      expect((await revoke(id)).status).toBe(204);
      expect((await warden().aws.service.tokens.read(id))?.revokedAt).toBe(at);
    });

    test('that does not exist is a 404, and is not created', async () => {
      expect(await revoke('000000000001')).toMatchObject({ status: 404, json: { code: 'token-not-found' } });
      expect(await warden().aws.service.tokens.read('000000000001')).toBeUndefined();
    });

    test('is named only by its id', async () => {
      const { token } = await makeToken(warden(), { scopes: ['read'] });
      const { status, json, text } = await revoke(token);
      expect({ status, path: json.errors[0].path }).toEqual({ status: 400, path: 'token' });
      expect(text).not.toContain(token.slice(16));
    });
  });
});
