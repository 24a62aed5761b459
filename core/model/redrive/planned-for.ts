import { notDelivered } from '../item/failed.ts';
import type { ItemRecord } from '../item/item-record.ts';
import { isAbout } from './redrive-filter.ts';
import type { RedriveRecord } from './redrive-record.ts';

/** What a redrive does with an item of its page. */
export type Planned =
  | 'start'
  /** Its attempt is started already; only its message is published, under the same id. */
  | 'publish'
  /** An unfinished run of the page has resumed it. */
  | 'resumed'
  /** An unfinished run of the page has marked it as failed, because SNS rejected its message. */
  | 'rejected'
  | 'skip';

/**
 * Decides what a redrive does with an item of its page. Pure.
 *
 * @param repeated whether an unfinished run began this page: it may have started the attempt, and published it or not
 */
export function plannedFor(
  record: ItemRecord,
  redrive: Pick<RedriveRecord, 'id' | 'filter' | 'endedAfter' | 'endedBy'>,
  repeated: boolean,
): Planned {
  const isStarted = record.redrive === redrive.id;
  if (record.state === 'waiting') return isStarted ? 'publish' : 'skip';
  if (!repeated || !isStarted) return isAbout(record, redrive) ? 'start' : 'skip';
  if (record.failure?.type === notDelivered.type) return 'rejected';
  if (hasArrived(record)) return 'resumed';
  // Nothing shows that the message has not arrived. If no further attempt is allowed, the item stays overdue.
  const { attemptAtMost = Number.POSITIVE_INFINITY } = redrive.filter;
  return record.attempt > attemptAtMost ? 'publish' : 'start';
}

/**
 * Whether the message of this attempt has arrived: something was reported since the redrive started it. Each of these
 * attributes was cleared then.
 */
function hasArrived(record: ItemRecord): boolean {
  const { failure, step, progress, taken, deadlineSetAt = record.startedAt } = record;
  const isReported = [failure, step, progress].some((reported) => reported !== undefined);
  return isReported || taken === true || deadlineSetAt !== record.startedAt;
}
