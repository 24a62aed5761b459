import { expect, test } from 'vitest';
import type { TokenRecord } from '../../../../core/model/access/token-record.ts';
import { tokenSummary } from '../../../../core/model/access/token-summary.ts';

const at = '2026-11-21T09:00:00.000Z';

const record: TokenRecord = {
  kind: 'token',
  name: '4mQ9xT2bVw7K',
  label: 'upload service',
  hash: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  scopes: ['ingest', 'a scope of a later version'],
  workflows: ['uploads'],
  createdAt: at,
  createdBy: 'Zk81LmPq0RtY',
};

test('a token is shown with the members in the contract, without its hash or attributes of a later version', () => {
  const later = { ...record, secretOfALaterVersion: 'private', expiresAt: undefined };
  expect(tokenSummary(later as unknown as TokenRecord, Date.parse(at))).toStrictEqual({
    id: '4mQ9xT2bVw7K',
    name: 'upload service',
    state: 'active',
    scopes: ['ingest'],
    workflows: ['uploads'],
    createdAt: at,
    createdBy: 'Zk81LmPq0RtY',
  });
});
