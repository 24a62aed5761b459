import * as z from 'zod/mini';
import { daysText } from './days-text.ts';
import { limits } from './limits.ts';
import { printable, received } from './names.ts';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';
import { Cursor, PageQuery } from './paging.ts';
import {
  anchored,
  tokenIdPattern,
  tokenPattern,
  whole,
  workflowNamePattern,
  workflowPrefixPattern,
} from './patterns.ts';
import { Scope } from './scope.ts';
import { Instant, Timeout } from './time.ts';
import { timeoutMs } from './timeout.ts';

const patterns = [workflowNamePattern, workflowPrefixPattern] as const;
const nameOrPrefix = whole(...patterns);

export const WorkflowPattern = z.string().check(
  // A workflow's name, or the beginning of names and a star.
  z.refine((text) => nameOrPrefix.test(text), {
    error: (issue) => `must be a workflow's name, a prefix and *, or *; received ${received(issue.input)}`,
  }),
  z.meta({
    description:
      "A workflow's name, or a prefix and `*` for every name that begins with the prefix. `*` alone means all workflows.",
    pattern: anchored(...patterns),
    examples: ['uploads', 'scans-*'],
  }),
);

/** The received value is not shown: people paste whole tokens here. */
export const TokenId = z.string().check(
  z.regex(whole(tokenIdPattern), {
    error: "must be a token's id: the 12 letters and digits after pw_, never the whole token",
  }),
  z.meta({ description: "A token's id: the 12 characters after `pw_`.", examples: ['4mQ9xT2bVw7K'] }),
);

const isUnique = (list: readonly string[]) => new Set(list).size === list.length;
const Scopes = z.array(Scope).check(
  z.minLength(1),
  z.refine((list) => isUnique(list), { error: 'must not name a scope twice' }),
  z.meta({ uniqueItems: true, examples: [['ingest']] }),
);
const Workflows = z.array(WorkflowPattern).check(
  z.minLength(1),
  z.maxLength(limits.tokenWorkflows),
  z.refine((list) => isUnique(list), { error: 'must not name a workflow twice' }),
  z.meta({ uniqueItems: true, examples: [['uploads', 'scans-*']] }),
);
const TokenName = printable(1, limits.tokenNameCharacters).check(
  z.meta({
    description: 'What the token is for, to tell it from other tokens.',
    examples: ['upload service'],
  }),
);

const isTokenLife = (timeout: number | string) => {
  const ms = timeoutMs(timeout);
  // A value that is no timeout was already refused.
  return ms === undefined || (ms >= 1_000 && ms <= limits.longestTimeoutSeconds * 1_000);
};

export const TokenRequest = z
  .strictObject({
    name: TokenName,
    scopes: Scopes,
    workflows: Workflows,
    expiresIn: z.optional(
      Timeout.check(
        z.refine(isTokenLife, {
          error: (issue) =>
            `must be 1 second to ${daysText(limits.longestTimeoutSeconds)}; received ${received(issue.input)}`,
        }),
        z.meta({
          description: `How long the token is valid: seconds or an ISO 8601 duration, at most ${daysText(limits.longestTimeoutSeconds)}. Without it, until the token is revoked.`,
          examples: ['P90D'],
        }),
      ),
    ),
  })
  .check(
    // Refused: a list that looks like a restriction but is none would grant more than it says.
    z.refine(({ scopes, workflows }) => !scopes.includes('admin') || workflows.join() === '*', {
      path: ['workflows'],
      error: 'must be ["*"] with the scope admin, which covers all workflows',
    }),
  );
export type TokenRequest = z.infer<typeof TokenRequest>;

const shown = { id: TokenId, name: TokenName, scopes: Scopes, workflows: Workflows, createdAt: Instant };
const expiresAt = z
  .optional(Instant)
  .check(z.meta({ description: 'When the token expires. Absent if it never expires.' }));

export const TokenReply = z.strictObject({
  ...shown,
  token: z.string().check(
    z.meta({
      description:
        'The token itself: `pw_<id>_<secret>`. Only this reply shows it; the service keeps a hash.',
      pattern: anchored(tokenPattern),
    }),
  ),
  expiresAt,
});
export type TokenReply = z.infer<typeof TokenReply>;

export const TokenSummary = z.strictObject({
  ...shown,
  state: z.enum(['active', 'expired', 'revoked']),
  createdBy: z
    .string()
    .check(z.meta({ description: 'Who created the token: the id of a token, or an IAM ARN.' })),
  expiresAt,
  revokedAt: z.optional(Instant),
  lastUsedAt: z
    .optional(Instant)
    .check(z.meta({ description: 'When the token was last used. It can be up to an hour behind.' })),
});
export type TokenSummary = z.infer<typeof TokenSummary>;

export const TokensReply = z.strictObject({ tokens: z.array(TokenSummary), cursor: z.optional(Cursor) });
export type TokensReply = z.infer<typeof TokensReply>;

export const createTokenContract = {
  operation: 'create-token',
  scope: 'admin',
  audited: true,
  path: NoPath,
  query: NoQuery,
  body: TokenRequest,
  replies: { 201: TokenReply },
  problems: [],
} satisfies OperationContract;

export const listTokensContract = {
  operation: 'list-tokens',
  scope: 'admin',
  path: NoPath,
  query: PageQuery,
  replies: { 200: TokensReply },
  problems: ['invalid-cursor'],
} satisfies OperationContract;

export const revokeTokenContract = {
  operation: 'revoke-token',
  scope: 'admin',
  audited: true,
  path: z.strictObject({ token: TokenId }),
  query: z.strictObject({
    descendants: z.optional(z.enum(['true', 'false'])).check(
      z.meta({
        description:
          'true: also revoke the tokens that this token created, the tokens that these created, and so on.',
      }),
    ),
  }),
  replies: { 204: null },
  problems: ['token-not-found'],
} satisfies OperationContract;
