import { limits } from '../../core/contract/limits.ts';
import type { ItemOperation } from './spool.ts';

/**
 * The operation with the time that it was kept. With it the warden counts timeouts from when the operation was
 * appended, even if the two clocks differ, and accepts a deadline that has passed meanwhile.
 *
 * @param ms since it was appended; negative if the clock was set back
 */
export function withAge(operation: ItemOperation, ms: number): ItemOperation {
  if (operation.op === 'complete') return operation;
  const seconds = Math.min(Math.max(ms / 1000, 0), limits.longestTimeoutSeconds);
  return { ...operation, age: seconds };
}
