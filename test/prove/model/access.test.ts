import { beforeEach, expect, test } from 'vitest';
import type { ItemRequest } from '../../../prove/history/request.ts';
import { asked, beginLedger, found, ledger, minute, where } from './support/planted-ledger.ts';

const completion = { outcome: 'on-time', attempt: 1, tookMs: 1 };

beforeEach(() => {
  beginLedger();
  const json = { id: 'token-1', workflows: ['workflow-0'] };
  asked(0, { ask: 'create token', workflow: 0, scopes: ['ingest'] }, json, 201);
});

function uses(at: number, request: ItemRequest, status = 200): void {
  Object.assign(asked(at, { ...request, withToken: true }, completion, status), { token: 'token-1' });
}
const revokes = (at: number) =>
  Object.assign(asked(at, { ask: 'revoke token', workflow: 0 }, {}, 204), { token: 'token-1' });
const complete = { ask: 'complete' as const, ...where };

test('a token that works until it is revoked, and a minute longer, breaks nothing', () => {
  uses(1_000, complete);
  revokes(2_000);
  uses(minute, complete);
  uses(minute + 1_000, complete, 401);
  uses(3 * minute, complete, 401);
  expect(found()).toEqual([]);
});

test('a token that works long after it was revoked is wrong (P9)', () => {
  revokes(2_000);
  uses(minute + 3_000, complete);
  expect(found()).toEqual(['P9 wrong']);
});

test('a token that is refused before it is revoked is wrong (P9)', () => {
  uses(1_000, complete, 401);
  revokes(2_000);
  expect(found()).toEqual(['P9 wrong']);
});

test('a token that allows more than it was made for is wrong (P9)', () => {
  uses(1_000, { ask: 'read', ...where }, 404);
  expect(found()).toEqual([]);
  uses(1_000, { ask: 'read', ...where });
  uses(2_000, { ...complete, workflow: 1 });
  expect(found().filter((one) => one !== 'P1 missed')).toEqual(['P9 wrong', 'P9 wrong']);
});

test('a token in a log is wrong (P9)', () => {
  ledger.logged.push('{"caller":"pw_4mQ9xT2bVw7K_secret"}');
  expect(found()).toEqual(['P9 wrong']);
});
