import * as z from 'zod/mini';
import { WorkflowName } from '../../core/contract/names.ts';
import type { ItemOperation } from './spool.ts';
import { type DamagedBytes, lineOf, readLines } from './spool-line.ts';

/** A kept operation. Its other members are for the warden to check. */
const KeptRecord = z.strictObject({
  id: z.string().check(z.minLength(1)),
  /** When it was appended, in ms since the epoch. */
  at: z.int(),
  workflow: WorkflowName,
  operation: z.looseObject({ op: z.enum(['register', 'progress', 'complete']), item: z.string() }),
});

export interface KeptOperation {
  id: string;
  at: number;
  workflow: string;
  operation: ItemOperation;
}

/** Operations that need not be sent any more, by their ids. */
const SettledRecord = z.array(z.string());

const SpoolRecord = z.union([KeptRecord, SettledRecord]);

export const keptLine = (kept: KeptOperation): Buffer => lineOf(kept);
export const settledLine = (ids: readonly string[]): Buffer => lineOf(ids);

/** The operations that a file of the spool still keeps, in order of their appends, and its damaged places. */
export function readSpoolFile(bytes: Buffer): { kept: KeptOperation[]; damaged: DamagedBytes[] } {
  const { values, damaged } = readLines(bytes, (value) => SpoolRecord.safeParse(value).data);
  const settled = new Set(values.flatMap((record) => (Array.isArray(record) ? record : [])));
  const kept = values.flatMap((record) => {
    if (Array.isArray(record) || settled.has(record.id)) return [];
    return [{ ...record, operation: record.operation as ItemOperation }];
  });
  return { kept, damaged };
}

/** Names an item of any workflow. A workflow's name has no space. */
export function itemKey(workflow: string, item: string): string {
  return `${workflow} ${item}`;
}
