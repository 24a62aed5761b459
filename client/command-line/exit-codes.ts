import { WardenError } from '../warden-error.ts';
import { isUsageError } from './usage-error.ts';

/** The exit codes of `warden`. `warden run` ends with the code of its command. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  /** The command found what it was to look for, such as overdue items with `--fail-if-any`. */
  findings: 6,
  unreachable: 75,
  interrupted: 130,
} as const;

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (isUsageError(error)) return exitCodes.usage;
  if (!(error instanceof WardenError)) return exitCodes.failed;
  if (error.code === 'aborted') return exitCodes.interrupted;
  if (error.code === 'unreachable' || error.code === 'timeout') return exitCodes.unreachable;
  return exitCodeOfStatus(error.status);
}

/** The exit code for the status of a failed reply, or of a failed result in a batch. */
export function exitCodeOfStatus(status: number | undefined): number {
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return exitCodes.usage;
    case 401:
    case 403:
      return exitCodes.notAllowed;
    case 404:
      return exitCodes.notFound;
    case 409:
    case 412:
      return exitCodes.conflict;
    case 429:
    case 503:
      return exitCodes.unreachable;
    default:
      return exitCodes.failed;
  }
}
