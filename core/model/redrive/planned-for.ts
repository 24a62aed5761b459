import { notDelivered } from '../item/failed.ts';
import type { ItemRecord } from '../item/item-record.ts';
import { isAbout } from './redrive-filter.ts';
import type { RedriveRecord } from './redrive-record.ts';

/** What a redrive does with an item of its page. */
export type Planned =
  | 'start'
  /** Its attempt is started already; only its message is published, under the same id. */
  | 'publish'
  /** An unfinished run of the page has resumed it, and an upstream service has accepted its message. */
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
  if (record.taken === true) return 'resumed';
  // Its message may not exist. Consumers drop a message that they have: its id is the same.
  const { attemptAtMost = Number.POSITIVE_INFINITY } = redrive.filter;
  return isReportedIn(record) || record.attempt > attemptAtMost ? 'publish' : 'start';
}

/**
 * Whether anything was reported since the redrive started this attempt: each of these attributes was cleared then. That
 * does not show that its message has arrived. A report need not name its attempt: it may come from a slow worker of the
 * attempt before, or from a person who sets a later deadline.
 */
function isReportedIn(record: ItemRecord): boolean {
  const { failure, step, progress, deadlineSetAt = record.startedAt } = record;
  const isReported = [failure, step, progress].some((reported) => reported !== undefined);
  return isReported || deadlineSetAt !== record.startedAt;
}
