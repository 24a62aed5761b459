import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { awsConnectMs, awsTries, awsTryMs, disarmMs } from '../names/clockwork.ts';

const nothing = () => {};
/**
 * Without a logger the SDK's own default applies. It logs nothing either, but has an `info`, and so the SDK copies
 * every request and reply without sensitive values, which is an eighth of the time of an export. This logger has no
 * `info`.
 */
const noLog = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as unknown as NonNullable<
  DynamoDBClientConfig['logger']
>;

/**
 * The settings of every AWS client of the service. A hanging call is ended and retried well before the function's own
 * timeout.
 */
export const clientSettings = {
  logger: noLog,
  // Each command puts the parts of its client together once, not at every call.
  cacheMiddleware: true,
  maxAttempts: awsTries,
  requestHandler: { connectionTimeout: awsConnectMs, requestTimeout: awsTryMs, throwOnRequestTimeout: true },
};

/** The settings of the client that deletes timers: one try, because nobody should wait for it. */
export const disarmSettings = {
  logger: noLog,
  maxAttempts: 1,
  requestHandler: { connectionTimeout: disarmMs, requestTimeout: disarmMs, throwOnRequestTimeout: true },
};
