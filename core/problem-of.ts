import { ProblemError } from './problem-error.ts';

const connectionFaults = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** The one place where errors become HTTP: a problem is returned unchanged, every other error is a failure of ours. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = isPassing(error) ? 'unavailable' : 'internal-error';
  return new ProblemError(code, 'the request failed; send it again', { cause: error });
}

/**
 * Whether AWS was busy or could not be reached, rather than a fault of ours. Decided by names and status, never by
 * messages.
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, $retryable, code } = error as {
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
    code?: unknown;
  };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    $retryable !== undefined ||
    status >= 500 ||
    status === 429 ||
    /Throttl|TooManyRequests|ProvisionedThroughput|LimitExceeded|TimeoutError/.test(error.name) ||
    (typeof code === 'string' && connectionFaults.has(code))
  );
}
