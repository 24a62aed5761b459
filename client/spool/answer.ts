import { WardenError } from '../warden-error.ts';
import type { ItemResult } from './spool.ts';

/** What an answer means for an operation: it is done, it is refused for good, or it is sent again later. */
export type Fate = 'delivered' | 'refused' | 'kept';

/**
 * Answers after which the same operation may succeed later: too slow, not allowed (yet), too many, faults of the
 * service.
 */
const passing = [401, 403, 408, 425, 429];

export function fateOf(result: ItemResult): Fate {
  const { status } = result;
  if (status < 400) return 'delivered';
  if (status >= 500 || passing.includes(status)) return 'kept';
  // If the registration were dropped, the item would not be watched. An administrator can raise the limit.
  if ('code' in result && result.code === 'too-many-workflows') return 'kept';
  return 'refused';
}

/** Whether an error is about the called workflow. Any other error would come for every workflow. */
export function isAboutWorkflow(error: unknown): boolean {
  if (!(error instanceof WardenError)) return false;
  const { status } = error;
  return status !== undefined && status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}
