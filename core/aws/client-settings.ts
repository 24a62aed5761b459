import { awsConnectMs, awsTries, awsTryMs } from '../names/clockwork.ts';

/**
 * How every AWS client of the service is made. A call that hangs is ended and tried again well before the
 * function's own end.
 */
export const clientSettings = {
  maxAttempts: awsTries,
  requestHandler: { connectionTimeout: awsConnectMs, requestTimeout: awsTryMs, throwOnRequestTimeout: true },
} as const;
