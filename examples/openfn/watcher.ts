import type { WardenClient } from '../support/warden-client.ts';
import { type Cursor, readCursor, saveCursor } from './cursor-file.ts';
import { type Operation, operationsFor } from './operations.ts';
import { changedSince, type OpenFn, type WorkOrder } from './work-orders.ts';

export interface Watcher {
  openfn: OpenFn;
  /** The workflow whose items are the work orders. */
  items: WardenClient;
  /** The workflow that expects a pass every few minutes. */
  passes: WardenClient;
  cursorFile: string;
  /** How long a work order may take, in milliseconds. */
  timeoutMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * How far each reading goes back before the newest change that is known. `last_activity` is the time of one of several
 * servers, set before its transaction is visible, so a change can appear after a newer one.
 */
const overlapMs = 2 * 60_000;
/** How far the first reading goes back. What has failed in that time is reported too. */
const firstReadingMs = 24 * 3_600_000;
const perBatch = 100;

/**
 * Reads what has changed in OpenFn and tells the warden. The cursor moves only over what the warden has accepted, so a
 * watcher that is killed anywhere repeats a part of a pass, and nothing in effect: before each batch the warden is asked
 * what it knows.
 *
 * Throws an Error if OpenFn or the warden cannot be reached, or if the warden refuses an operation. The next pass
 * continues where this one stopped. One refused operation keeps no other from being sent.
 */
export async function pass(watcher: Watcher): Promise<{ changed: number; operations: number }> {
  const { openfn, passes, cursorFile, now } = watcher;
  const saved = await readCursor(cursorFile);
  const since = saved ? saved.lastActivity - overlapMs : now() - firstReadingMs;
  const changed = (await changedSince(openfn, since)).filter(
    ({ id, change }) => saved?.handled[id] !== change,
  );
  let cursor = saved ?? { lastActivity: since, handled: {} };
  let operations = 0;
  const refused: string[] = [];
  for (let first = 0; first < changed.length; first += perBatch) {
    const orders = changed.slice(first, first + perBatch);
    const told = await tell(watcher, orders);
    operations += told.operations;
    refused.push(...told.refused);
    if (refused.length > 0) continue;
    cursor = movedOver(cursor, orders);
    await saveCursor(cursorFile, cursor);
  }
  if (refused.length > 0) throw new Error(`the warden refused ${refused.length} operations: ${refused[0]}`);
  // Beyond the last line of a pass, and only there: `expect` of this workflow notices a watcher that is gone or hangs.
  await passes.batch([
    { op: 'register', item: 'pass', timeout: '5m' },
    { op: 'complete', item: 'pass' },
  ]);
  return { changed: changed.length, operations };
}

/** Sends what the warden does not know yet. */
async function tell(
  { items, timeoutMs, now }: Watcher,
  orders: readonly WorkOrder[],
): Promise<{ operations: number; refused: string[] }> {
  const known = await items.reconcile(orders.map(({ id }) => id));
  const operations = orders.flatMap((order): Operation[] =>
    operationsFor(order, known.get(order.id) ?? 'unknown', { now: now(), timeoutMs }),
  );
  const refused: string[] = [];
  for (let first = 0; first < operations.length; first += perBatch) {
    const results = await items.tryBatch(operations.slice(first, first + perBatch));
    refused.push(...results.filter(({ status }) => status >= 300).map((result) => JSON.stringify(result)));
  }
  return { operations: operations.length, refused };
}

/** The cursor after these work orders, oldest change first. */
function movedOver(cursor: Cursor, orders: readonly WorkOrder[]): Cursor {
  const lastActivity = Math.max(cursor.lastActivity, ...orders.map((order) => order.lastActivity));
  const handled = Object.entries(cursor.handled);
  handled.push(...orders.map(({ id, change }): [string, string] => [id, change]));
  // What is older is not read again.
  const kept = handled.filter(
    ([, change]) => Date.parse(change.split(' ')[1] ?? '') >= lastActivity - overlapMs,
  );
  return { lastActivity, handled: Object.fromEntries(kept) };
}
