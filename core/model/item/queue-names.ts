import type { BreachedState } from '../../contract/item.ts';
import type { ItemRecord } from './item-record.ts';
import { isNotStarted } from './not-started.ts';

/**
 * The queues of breached items in the index, in the order in which an item can move from one to the next. Overdue items
 * that were not started in time have a queue of their own, in which they can be counted.
 */
export const breachedQueues = ['not-started', 'overdue', 'failed'] as const;
export type BreachedQueue = (typeof breachedQueues)[number];
export const queueNames = ['waiting', ...breachedQueues] as const;
export type QueueName = (typeof queueNames)[number];

/** The queues that items in one of these states can be in. */
export function queuesOfStates(states: readonly BreachedState[]): BreachedQueue[] {
  return breachedQueues.filter((queue) => states.includes(queue === 'not-started' ? 'overdue' : queue));
}

/** The queue of an open item. A breached item stays in the queue of waiting items until it is reported. */
export function queueNameOf(record: Pick<ItemRecord, 'state' | 'neverStarted' | 'reportedAt'>): QueueName {
  if (record.reportedAt === undefined) return 'waiting';
  return isNotStarted(record) ? 'not-started' : record.state;
}
