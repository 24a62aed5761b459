import { limits } from '../../contract/limits.ts';
import { timeoutMs } from '../../contract/time.ts';

/** Milliseconds for which a workflow keeps the receipts of completed items, 0 when it keeps none. */
export function receiptMs(receipts: number | string | undefined): number {
  return timeoutMs(receipts ?? limits.defaultReceiptSeconds) ?? limits.defaultReceiptSeconds * 1000;
}
