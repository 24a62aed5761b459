import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { writeCursor } from '../../../../core/model/list-cursor.ts';
import { registryTable } from '../../../../local/names.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { makeToken } from '../../../support/tokens.ts';
import type { Warden } from '../../../support/warden.ts';

/** All pages. The registry may contain tokens of other tests. */
async function listed(warden: Warden, limit = 200): Promise<Record<string, unknown>[]> {
  const found = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { status, json, text } = await warden.request('GET', `/v1/tokens?limit=${limit}${query}`);
    expect(status).toBe(200);
    expect(text).not.toMatch(/pw_|hash|"kind"/);
    expect(json.tokens.length).toBeLessThanOrEqual(limit);
    found.push(...json.tokens);
    cursor = json.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('tokens', () => {
  onEngines((warden) => {
    test('are listed page by page, with their states and without secrets', async () => {
      const made = [];
      for (const expiresIn of [undefined, 60, 120]) {
        made.push(
          await makeToken(warden(), {
            scopes: ['ingest'],
            workflows: ['a', 'b-*'],
            ...(expiresIn && { expiresIn }),
          }),
        );
      }
      const [lasting, short, revoked] = made.map(({ id }) => id);
      await warden().request('DELETE', `/v1/tokens/${revoked}`);
      const revokedAt = new Date(warden().clock.now()).toISOString();
      warden().clock.advance(60_000);
      const all = await listed(warden(), 2);
      expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))].sort());
      const byId = Map.groupBy(all, ({ id }) => id);
      const common = { name: 'ingest', scopes: ['ingest'], workflows: ['a', 'b-*'], createdBy: 'test' };
      const createdAt = made[0]?.createdAt;
      expect(byId.get(lasting)).toEqual([{ id: lasting, state: 'active', ...common, createdAt }]);
      expect(byId.get(short)).toEqual([
        { id: short, state: 'expired', ...common, createdAt, expiresAt: made[1]?.expiresAt },
      ]);
      expect(byId.get(revoked)).toEqual([
        { id: revoked, state: 'revoked', ...common, createdAt, expiresAt: made[2]?.expiresAt, revokedAt },
      ]);
    });

    test('that cannot be read hide no others, and are logged (P8)', async () => {
      const { id } = await makeToken(warden(), { scopes: ['read'] });
      const Item = { kind: { S: 'token' }, name: { S: '000000000000' }, label: { N: '1' } };
      await warden().aws.dynamodb.send(new PutItemCommand({ TableName: registryTable, Item }));
      expect((await listed(warden())).map((token) => token.id)).toContain(id);
      expect(warden().logLines.join()).toContain('record cannot be read');
    });

    test('are not listed with an invalid cursor or limit', async () => {
      const bad = [
        'cursor=x',
        `cursor=${writeCursor('uploads', 'workflows')}`,
        'limit=0',
        'limit=201',
        'all=1',
      ];
      for (const query of bad) {
        expect((await warden().request('GET', `/v1/tokens?${query}`)).status).toBe(400);
      }
    });
  });
});
