import type { CallLimits } from '../core/contract/calls.ts';
import { limits } from '../core/contract/limits.ts';
import type { CallOptions, Connection } from './connection.ts';
import type { ItemOperation, ItemResult } from './spool/spool.ts';
import { WardenError } from './warden-error.ts';

/** Bytes of `{"operations":[]}`. */
export const envelopeBytes = 17;

const encoder = new TextEncoder();

/** Bytes of an operation's JSON in a batch, with the comma. */
export function bytesInBatch(json: string): number {
  return encoder.encode(json).length + 1;
}

/** Sends up to 100 operations as JSON texts. Throws a WardenError if the warden does not return a result for each. */
export async function sendBatch(
  { call }: Pick<Connection, 'call'>,
  workflow: string,
  operations: readonly string[],
  callLimits: CallLimits,
  options: CallOptions = {},
): Promise<readonly ItemResult[]> {
  const body = `{"operations":[${operations.join(',')}]}`;
  const { results } = await call('batch', { path: { workflow }, ...callLimits }, { ...options, body });
  if (results.length === operations.length) return results;
  throw new WardenError(
    'not-the-warden',
    `the reply has ${results.length} results for ${operations.length} operations`,
  );
}

/** Sends any number of operations, in batches of at most 100 and 4 MB, one after the other. */
export async function sendInBatches(
  connection: Pick<Connection, 'call'>,
  workflow: string,
  operations: readonly ItemOperation[],
  callLimits: CallLimits,
): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (const batch of batchesOf(operations.map((operation) => JSON.stringify(operation)))) {
    results.push(...(await sendBatch(connection, workflow, batch, callLimits)));
  }
  return results;
}

function batchesOf(operations: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const json of operations) {
    const size = bytesInBatch(json);
    const last = batches.at(-1);
    if (last && last.length < limits.batchOperations && bytes + size <= limits.batchBytes) {
      last.push(json);
      bytes += size;
    } else {
      batches.push([json]);
      bytes = envelopeBytes + size;
    }
  }
  return batches;
}
