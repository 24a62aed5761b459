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
      'Creates a bearer token with these scopes on these workflows. The workflows need not exist yet.',
      'Only this reply shows the token; the service keeps a hash. A repeated request creates another token.',
      'A token that another token created expires no later than that token.',
      'The scope `admin` covers all workflows, so `workflows` must be `["*"]`.',
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
        summary: 'For all operations on all workflows',
        value: { name: 'operations', scopes: ['admin'], workflows: ['*'] },
      },
    },
    replies: {
      201: {
        description: 'The token is created and valid.',
        examples: {
          created: {
            summary: 'The token, shown only once',
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
    description: 'Returns all tokens by id, including revoked and expired tokens, without their secrets.',
    replies: {
      200: {
        description: 'A page of tokens.',
        examples: {
          tokens: {
            summary: 'A valid token and a revoked token',
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
      'Revokes a token for good, with `descendants=true` also every token that it created. On AWS the token can remain valid, and create tokens, for up to a minute: repeat the request with `descendants=true` after that minute. Otherwise a repeated request changes nothing.',
    replies: { 204: { description: 'The token is revoked.' } },
  }),
};
