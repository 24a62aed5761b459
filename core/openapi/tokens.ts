import {
  createTokenContract,
  listTokensContract,
  revokeTokenContract,
  type TokenSummary,
} from '../contract/token.ts';
import { described } from './described.ts';

const token: TokenSummary = {
  id: '4mQ9xT2bVw7K',
  name: 'upload service',
  state: 'active',
  scopes: ['ingest'],
  workflows: ['uploads', 'scans-*'],
  createdAt: '2026-11-21T09:00:00.000Z',
  createdBy: 'Zk81LmPq0RtY',
  expiresAt: '2027-02-19T09:00:00.000Z',
  lastUsedAt: '2026-11-21T09:15:00.000Z',
};

export const tokens = {
  'create-token': described(createTokenContract, {
    summary: 'Create a token',
    description: [
      'Makes a bearer token with these scopes on these workflows, which need not exist yet.',
      'The reply shows it, this once; only a hash of it is kept. A repeated request makes another token.',
      'With the scope `admin` it reaches all workflows, and `workflows` must say so: `["*"]`.',
    ].join(' '),
    request: {
      ingest: {
        summary: 'For a service that registers and completes items, for 90 days',
        value: {
          name: 'upload service',
          scopes: ['ingest'],
          workflows: ['uploads', 'scans-*'],
          expiresIn: 'P90D',
        },
      },
      admin: {
        summary: 'For everything',
        value: { name: 'operations', scopes: ['admin'], workflows: ['*'] },
      },
    },
    replies: {
      201: {
        description: 'The token is good from now on.',
        examples: {
          created: {
            summary: 'The token, shown this once',
            value: {
              id: token.id,
              token: 'pw_4mQ9xT2bVw7K_mJ4u0Yv2cQe1HhT7s9dXrB3nLk6wPzA8fGiVtUoEyC0',
              name: token.name,
              scopes: token.scopes,
              workflows: token.workflows,
              createdAt: token.createdAt,
              ...(token.expiresAt !== undefined && { expiresAt: token.expiresAt }),
            },
          },
        },
        headers: ['Cache-Control'],
      },
    },
  }),
  'list-tokens': described(listTokensContract, {
    summary: 'List the tokens',
    description:
      'Gives all tokens by id, also those that were revoked or have expired, without their secrets.',
    replies: {
      200: {
        description: 'A page of tokens.',
        examples: {
          tokens: {
            summary: 'One that is good and one that was revoked',
            value: {
              tokens: [
                token,
                { ...token, id: '9sD1kWc5HgNe', state: 'revoked', revokedAt: '2026-11-20T08:00:00.000Z' },
              ],
            },
          },
        },
      },
    },
  }),
  'revoke-token': described(revokeTokenContract, {
    summary: 'Revoke a token',
    description:
      'Revokes a token for good. On AWS it can be good for up to a minute more. A repeated request changes nothing.',
    replies: { 204: { description: 'The token is revoked.' } },
  }),
};
