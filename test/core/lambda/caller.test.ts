import { expect, test } from 'vitest';
import { callerOf } from '../../../core/lambda/caller.ts';
import { ProblemError } from '../../../core/problem-error.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const known = { tokenId: '0123456789ab', scopes: 'ingest read', workflows: '["own","team-*"]' };
const iam = { accountId: '111122223333', userArn: 'arn:aws:iam::111122223333:user/ops' };
const everything = { scopes: ['admin'], workflows: ['*'], visible: ['*'] };

test('a token that the authorizer has accepted is the caller', () => {
  const caller = {
    id: '0123456789ab',
    by: '0123456789ab',
    visible: ['own', 'team-*'],
    scopes: ['ingest', 'read'],
    workflows: ['own', 'team-*'],
  };
  expect(callerOf({ lambda: known }, undefined, now)).toEqual(caller);
  const expiresAt = '2026-03-01T12:00:00.001Z';
  const expiring = { lambda: { ...known, expiresAt, more: 1 } };
  expect(callerOf(expiring, undefined, now)).toEqual({ ...caller, expiresAt });
});

test('a scope of another version grants nothing and takes nothing away', () => {
  const scopes = 'read superuser Admin admin2';
  expect(callerOf({ lambda: { ...known, scopes } }, undefined, now).scopes).toEqual(['read']);
  expect(callerOf({ lambda: { ...known, scopes: '' } }, undefined, now).scopes).toEqual([]);
});

test('a caller that API Gateway has checked by IAM may do everything', () => {
  expect(callerOf({ iam }, undefined, now)).toEqual({ id: 'iam', by: iam.userArn, ...everything });
});

test('anybody may do everything if the service is open, and only then', () => {
  expect(callerOf(undefined, 'open', now)).toEqual({ id: 'open', by: 'open', ...everything });
});

test.each([
  ['no authorizer', undefined],
  ['null', null],
  ['text', 'admin'],
  ['an authorizer that says nothing', {}],
  ['one of another kind', { jwt: { claims: { sub: 'me' }, scopes: ['admin'] } }],
  ['no context', { lambda: null }],
  ['an empty context', { lambda: {} }],
  ['a context of text', { lambda: 'admin' }],
  ['no token', { lambda: { ...known, tokenId: '' } }],
  ['no scopes', { lambda: { ...known, scopes: undefined } }],
  ['scopes in a list', { lambda: { ...known, scopes: ['admin'] } }],
  ['no workflows', { lambda: { ...known, workflows: undefined } }],
  ['workflows that are not JSON', { lambda: { ...known, workflows: 'own' } }],
  ['workflows that are no list', { lambda: { ...known, workflows: '"*"' } }],
  ['workflows of another kind', { lambda: { ...known, workflows: '[1]' } }],
  ['an expiry that is none', { lambda: { ...known, expiresAt: 'never' } }],
  ['a token that has expired since', { lambda: { ...known, expiresAt: '2026-03-01T12:00:00.000Z' } }],
  ['somebody anonymous', { lambda: { anonymous: 'unknown' } }],
  ['somebody anonymous with a token', { lambda: { ...known, anonymous: 'revoked' } }],
  ['a bad token with an IAM identity', { lambda: { anonymous: 'unknown' }, iam }],
  ['no IAM identity', { iam: null }],
  ['an IAM identity without a name', { iam: { accountId: '111122223333' } }],
])('%s is a 401', (_, authorizer) => {
  for (const access of [undefined, 'open'] as const) {
    if (authorizer === undefined && access === 'open') continue;
    expect(() => callerOf(authorizer, access, now)).toThrow(ProblemError);
    expect(() => callerOf(authorizer, access, now)).toThrow(/send "Authorization: Bearer pw_…"/);
  }
});
