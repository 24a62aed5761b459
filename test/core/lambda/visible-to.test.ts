// What the reply to a write shows to a caller who may not read (P9, security M7).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

let warden: EmbeddedWarden;
let reader: { authorization: string };
let writer: { authorization: string };
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  reader = bearer((await makeToken(warden, { scopes: ['ingest', 'read'] })).token);
  writer = bearer((await makeToken(warden, { scopes: ['ingest'] })).token);
});
afterAll(() => warden.close());

const path = '/v1/workflows/uploads/item?id=a';
const secret = { tags: { customer: 'acme' }, step: 'copied', run: 'r1' };

test('security M7: a token with ingest alone sees outcome, attempt, state and deadline, and nothing that others wrote', async () => {
  const first = await warden.request('PUT', path, { body: { timeout: 60, ...secret }, headers: reader });
  expect(first.json).toMatchObject(secret);
  const again = await warden.request('PUT', path, { body: { timeout: 60 }, headers: writer });
  const { deadline } = first.json;
  const shown = { workflow: 'uploads', item: 'a', attempt: 1, state: 'waiting', deadline };
  expect(again.json).toEqual({ outcome: 'unchanged', ...shown });

  const failed = { failed: { reason: 'the vault is open' } };
  await warden.request('PATCH', path, { body: failed, headers: reader });
  const seen = await warden.request('PATCH', path, { body: failed, headers: writer });
  expect(seen.json).toEqual({ ...shown, state: 'failed' });

  const operations = [
    { op: 'progress', item: 'a', tags: {} },
    { op: 'progress', item: 'none', step: 'x' },
    { op: 'complete', item: 'a' },
  ];
  const batch = { body: { operations }, headers: writer };
  const { json } = await warden.request('POST', '/v1/workflows/uploads/batch', batch);
  expect(json.results).toEqual([
    { status: 200, ...shown, state: 'failed' },
    expect.objectContaining({ status: 404, code: 'item-not-found' }),
    { status: 200, outcome: expect.any(String), attempt: 1, tookMs: 0 },
  ]);
});
