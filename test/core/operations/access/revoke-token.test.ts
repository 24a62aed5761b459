import { describe, expect, test } from 'vitest';
import { createToken } from '../../../../core/operations/access/create-token.ts';
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

    test('with descendants ends what it created, and what that created, and nothing else (security M6)', async () => {
      const { tokens } = warden().aws.service;
      const create = (createdBy: string) =>
        createToken(warden().aws.service, {
          request: { name: 'x', scopes: ['admin'], workflows: ['*'] },
          createdBy,
          note: async () => {},
        });
      const parent = await create('invocation');
      const child = await create(parent.id);
      const grandchild = await create(child.id);
      const other = await create('invocation');
      expect((await revoke(parent.id)).status).toBe(204);
      expect(await tokens.isRevoked(child.id)).toBe(false);
      // The repeat that revokes the descendants, too.
      expect((await revoke(`${parent.id}?descendants=true`)).status).toBe(204);
      const ids = [parent, child, grandchild, other].map(({ id }) => id);
      expect(await Promise.all(ids.map((id) => tokens.isRevoked(id)))).toEqual([true, true, true, false]);
    });

    test('is named only by its id', async () => {
      const { token } = await makeToken(warden(), { scopes: ['read'] });
      const { status, json, text } = await revoke(token);
      expect({ status, path: json.errors[0].path }).toEqual({ status: 400, path: 'token' });
      expect(text).not.toContain(token.slice(16));
    });
  });
});
