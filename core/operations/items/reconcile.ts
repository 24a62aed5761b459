import pLimit from 'p-limit';
import { LeftOut } from '../../aws/batch-read.ts';
import { type ReconciledKind, type ReconcileReply, reconciledKinds } from '../../contract/reconcile.ts';
import { errorFields } from '../../log.ts';
import { itemName } from '../../model/item/item-record.ts';
import type { Ports } from '../../ports.ts';

/** How many items one read has, and how many reads run at the same time. */
const perRead = 100;
const parallel = 16;

/**
 * The state of each of these ids, read consistently. Throws if DynamoDB left one of them out, because "unknown" would
 * be wrong (P7).
 */
export async function reconcile(
  { items, log }: Pick<Ports, 'items' | 'log'>,
  { workflow, ids }: { workflow: string; ids: readonly string[] },
): Promise<ReconcileReply> {
  const keys = [...new Set(ids)].map((item) => ({ workflow, item }));
  const parts = Array.from({ length: Math.ceil(keys.length / perRead) }, (_, part) =>
    keys.slice(part * perRead, (part + 1) * perRead),
  );
  const read = await pLimit(parallel).map(parts, (part) => items.readMany(part));
  const found = new Map(read.flatMap((part) => [...part]));
  const kindOf = (key: { workflow: string; item: string }): ReconciledKind => {
    const stored = found.get(itemName(key));
    if (stored === undefined) return 'unknown';
    if (stored instanceof LeftOut) throw stored;
    if (!(stored instanceof Error)) return stored.state;
    log.error('record cannot be read', { ...key, ...errorFields(stored) });
    return 'unreadable';
  };
  const byKind = Map.groupBy(keys, kindOf);
  const idsOf = (kind: ReconciledKind) => (byKind.get(kind) ?? []).map(({ item }) => item);
  const lists = reconciledKinds.map((kind) => [kind, idsOf(kind)] as const);
  const counts = lists.map(([kind, listed]) => [kind, listed.length]);
  return { counts: Object.fromEntries(counts), ...Object.fromEntries(lists) } as ReconcileReply;
}
