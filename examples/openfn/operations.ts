import type { WorkOrder } from './work-orders.ts';

/** What the warden knows of an item, by its `reconcile`. */
export type Known = 'waiting' | 'overdue' | 'failed' | 'completed' | 'unknown';

export type Operation =
  | { op: 'register'; item: string; deadline: string; data: object }
  | { op: 'progress'; item: string; step: string }
  | { op: 'progress'; item: string; failed: { type: string; reason: string } }
  | { op: 'complete'; item: string };

/** In these states the work was not done. `cancelled` too: somebody decided so, and should say so here by a discard. */
const failures = ['failed', 'crashed', 'killed', 'exception', 'cancelled', 'lost', 'rejected'];

/** The least time that a registration gets. A work order that should be done by now is overdue after it. */
const leastMs = 2 * 60_000;

/**
 * What the warden must still be told of a work order, in order. Nothing, if it knows: a registration of an overdue item
 * would start its next attempt and hide that it is late.
 *
 * @param timeoutMs how long a work order may take, counted from its last activity
 */
export function operationsFor(
  { id: item, state, lastActivity, link }: WorkOrder,
  known: Known,
  { now, timeoutMs }: { now: number; timeoutMs: number },
): Operation[] {
  const deadline = new Date(Math.max(lastActivity + timeoutMs, now + leastMs)).toISOString();
  const register: Operation = { op: 'register', item, deadline, data: { workOrder: link } };
  const isOpen = known === 'waiting' || known === 'overdue';
  if (state === 'success') return isOpen || known === 'failed' ? [{ op: 'complete', item }] : [];
  if (failures.includes(state)) {
    if (known === 'failed') return [];
    const failed = { type: state, reason: `OpenFn says that the work order is ${state}` };
    // It began and ended between two readings, or was run again after it had succeeded.
    return [...(isOpen ? [] : [register]), { op: 'progress', item, failed }];
  }
  // Pending, running, or a state that this program does not know: the deadline decides. A failed or completed work
  // order that is pending was run again.
  const running: Operation[] = state === 'pending' ? [] : [{ op: 'progress', item, step: state }];
  if (known === 'waiting') return running;
  return known === 'overdue' ? [] : [register, ...running];
}
