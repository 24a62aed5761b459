import { awsConnectMs, awsTries, awsTryMs, disarmMs } from '../names/clockwork.ts';

/**
 * The settings of every AWS client of the service. A hanging call is ended and retried well before the function's own
 * timeout.
 */
export const clientSettings = {
  maxAttempts: awsTries,
  requestHandler: { connectionTimeout: awsConnectMs, requestTimeout: awsTryMs, throwOnRequestTimeout: true },
} as const;

/** The settings of the client that deletes timers: one try, because nobody should wait for it. */
export const disarmSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: disarmMs, requestTimeout: disarmMs, throwOnRequestTimeout: true },
} as const;
