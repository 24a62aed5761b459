import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { UsageError } from '../usage-error.ts';

/** The AWS credentials with which requests are signed. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The output of `aws configure export-credentials`. */
const Exported = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.optional(z.string()),
  Expiration: z.optional(z.string()),
});

/** Credentials are fetched again this long before they expire. */
const beforeMs = 5 * 60_000;

/**
 * The caller's AWS credentials: from the environment, otherwise from the AWS CLI, which knows profiles and single
 * sign-on. They are fetched once, and again before they expire. Throws a UsageError if there are none.
 */
export function callersCredentials({ env, now }: Pick<Context, 'env' | 'now'>): () => Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId && secretAccessKey) {
    const { AWS_SESSION_TOKEN: sessionToken } = env;
    return async () => ({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
  }
  let fetched: Promise<{ credentials: Credentials; until: number }> | undefined;
  const current = () => {
    fetched ??= fromAwsCli(env);
    // The next request tries again.
    fetched.catch(() => (fetched = undefined));
    return fetched;
  };
  return async () => {
    if (now() >= (await current()).until) fetched = undefined;
    return (await current()).credentials;
  };
}

async function fromAwsCli(env: NodeJS.ProcessEnv) {
  const args = ['configure', 'export-credentials', '--format', 'process'];
  const { stdout } = await promisify(execFile)('aws', args, { env }).catch((cause) => {
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string };
    const why = code === 'ENOENT' ? 'the AWS CLI is not installed' : stderr.trim() || String(code);
    const advice = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with `aws sso login`.';
    throw new UsageError(`there are no AWS credentials: ${why}`, advice, { cause });
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Exported.parse(JSON.parse(stdout));
  const credentials: Credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
  };
  const until = Expiration === undefined ? Number.POSITIVE_INFINITY : Date.parse(Expiration) - beforeMs;
  return { credentials, until };
}
