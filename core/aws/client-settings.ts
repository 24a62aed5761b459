import { awsConnectMs, awsTries, awsTryMs, disarmMs } from '../names/clockwork.ts';

/**
 * How every AWS client of the service is made. A call that hangs is ended and tried again well before the
 * function's own end.
 */
export const clientSettings = {
  maxAttempts: awsTries,
  requestHandler: { connectionTimeout: awsConnectMs, requestTimeout: awsTryMs, throwOnRequestTimeout: true },
} as const;

/** How the client is made that deletes timers: one try, which nobody waits for longer than they must. */
export const disarmSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: disarmMs, requestTimeout: disarmMs, throwOnRequestTimeout: true },
} as const;
