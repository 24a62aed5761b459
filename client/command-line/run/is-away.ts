import { WardenError } from '../../warden-error.ts';

/** Whether a call failed because the warden could not be asked, or could not answer: the same call may succeed later. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof WardenError)) return false;
  const { code, status = 0 } = error;
  return (
    ['unreachable', 'timeout', 'aborted', 'not-the-warden'].includes(code) || status === 429 || status >= 500
  );
}
