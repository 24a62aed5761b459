/**
 * How every AWS client of the service is made. A call that hangs is ended and tried again well before the
 * function's own end: connect within 1 s, answer within 3 s, three tries.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;
