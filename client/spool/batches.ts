import { limits } from '../../core/contract/limits.ts';
import type { ItemOperation } from './spool.ts';
import type { KeptOperation } from './spool-record.ts';

/** Bytes of `{"operations":[]}`. */
const envelopeBytes = 17;

/** Batches that are sent at the same time. */
const mostLanes = 4;

/** Bytes of an operation in a batch, with the comma. `age` has at most this many bytes more. */
export function operationBytes(operation: ItemOperation): number {
  return Buffer.byteLength(JSON.stringify(operation)) + ',"age":31622400.000,'.length;
}

/** Whether a batch can carry this operation. */
export function fitsBatch(operation: ItemOperation): boolean {
  return envelopeBytes + operationBytes(operation) <= limits.batchBytes;
}

/** An operation and the batch that it belongs to. */
type Batched = Pick<KeptOperation, 'workflow' | 'operation'>;

/**
 * Divides the kept operations into lanes that can be sent side by side, each a list of operations in the order in which
 * they are sent. An item is in one lane, so its operations stay in order. The operations of 100 items stand together,
 * in turns: the completion of an item whose deadline has passed reaches the warden soon after its registration.
 */
export function lanesOf<Kept extends Batched>(kept: readonly Kept[]): Kept[][] {
  const workflows = new Map<string, Map<string, Kept[]>>();
  for (const one of kept) {
    const items = getOrAdd(workflows, one.workflow, () => new Map<string, Kept[]>());
    getOrAdd(items, one.operation.item, () => []).push(one);
  }
  const size = Math.max(limits.batchOperations, Math.ceil(kept.length / mostLanes));
  const lanes: Kept[][] = [];
  let lane: Kept[] = [];
  for (const items of workflows.values()) {
    const lists = [...items.values()];
    for (let from = 0; from < lists.length; from += limits.batchOperations) {
      if (lane.length === 0) lanes.push(lane);
      for (const one of byTurns(lists.slice(from, from + limits.batchOperations))) lane.push(one);
      if (lane.length >= size) lane = [];
    }
  }
  return lanes;
}

/** The first of each list, then the second of each, and so on. */
function* byTurns<Value>(lists: readonly (readonly Value[])[]): Generator<Value, void, undefined> {
  const longest = Math.max(...lists.map((list) => list.length));
  for (let turn = 0; turn < longest; turn++) {
    for (const list of lists) if (turn < list.length) yield list[turn] as Value;
  }
}

/**
 * The next operations of a lane that one batch can carry, from the place `from`, and where the rest begins. Operations
 * that may not be sent now are skipped.
 *
 * A batch has one operation of an item at most: it is sent when the one before it is known to have arrived. If the reply is
 * lost, the batch is sent again, and only a repeat of the last operation changes nothing: registering an item again after it
 * has failed would start its next attempt.
 */
export function nextBatch<Kept extends Batched>(
  lane: readonly Kept[],
  from: number,
  maySend: (kept: Kept) => boolean,
): { batch: Kept[]; rest: number } {
  const batch: Kept[] = [];
  const items = new Set<string>();
  let bytes = envelopeBytes;
  let rest = from;
  for (; rest < lane.length && batch.length < limits.batchOperations; rest++) {
    const one = lane[rest] as Kept;
    if (!maySend(one)) continue;
    bytes += operationBytes(one.operation);
    const [first = one] = batch;
    if (one.workflow !== first.workflow || items.has(one.operation.item)) break;
    if (bytes > limits.batchBytes && batch.length > 0) break;
    batch.push(one);
    items.add(one.operation.item);
  }
  return { batch, rest };
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
