import { createHash } from 'node:crypto';
import type { ItemEvent } from '../../contract/item-event.ts';
import type { ItemRecord } from './item-record.ts';

/** An event of an item, for machines. The same event of the same attempt has the same id (P3). */
export function itemEvent(event: ItemEvent['event'], record: ItemRecord, at: string): ItemEvent {
  const { workflow, item, attempt, deadline, startedAt, step, run, tags, incident } = record;
  const { caughtBy, neverStarted, failure, deadlineSetAt, progress, progressedAt } = record;
  const isEnd = event !== 'item.warned' && event !== 'item.stuck';
  // A new deadline can have another warning, and so can each value of progress that stays the same.
  const warnedOf = event === 'item.stuck' ? progressedAt : deadlineSetAt;
  const of = [workflow, item, attempt, startedAt, event, ...(isEnd ? [] : [warnedOf])];
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
    ...(event === 'item.stuck' && progress !== undefined && { progress, progressedAt }),
    ...(isEnd && failure && { failure }),
    ...(incident !== undefined && { incident }),
  };
}
