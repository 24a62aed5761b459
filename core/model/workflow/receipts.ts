import { limits } from '../../contract/limits.ts';
import { timeoutMs } from '../../contract/timeout.ts';

/** How long a workflow keeps receipts, in milliseconds; 0 for no receipts. */
export function receiptMs(receipts: number | string | undefined): number {
  return timeoutMs(receipts ?? limits.defaultReceiptSeconds) ?? limits.defaultReceiptSeconds * 1000;
}
