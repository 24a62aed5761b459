import { createHash } from 'node:crypto';
import type { ItemEvent } from '../../contract/item-event.ts';
import type { ItemRecord } from './item-record.ts';

/** An event of an item, for machines. The same event of the same attempt has the same id (P3). */
export function itemEvent(event: ItemEvent['event'], record: ItemRecord, at: string): ItemEvent {
  const { workflow, item, attempt, deadline, startedAt, step, run, tags, incident } = record;
  const { caughtBy, neverStarted, failure, deadlineSetAt } = record;
  const isEnd = event !== 'item.warned';
  // A new deadline can have another warning.
  const of = [workflow, item, attempt, startedAt, event, ...(isEnd ? [] : [deadlineSetAt])];
  return {
    id: createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 22),
    event,
    workflow,
    item,
    attempt,
    at,
    deadline,
    startedAt,
    ...(step !== undefined && { step }),
    ...(run !== undefined && { run }),
    tags,
    ...(isEnd && caughtBy && { caughtBy }),
    ...(isEnd && neverStarted && { neverStarted }),
    ...(isEnd && failure && { failure }),
    ...(incident !== undefined && { incident }),
  };
}
