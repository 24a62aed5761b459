import { WardenError } from '../../warden-error.ts';

/** Whether a call failed although nothing may be wrong with it: the warden was not reached, or the call was given up. */
export function isAway(error: unknown): boolean {
  return error instanceof WardenError && (error.isUnavailability || error.code === 'aborted');
}
