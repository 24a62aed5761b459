import type { IncidentCounts, IncidentOutcomes } from '../../contract/incident.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { NotificationSettings } from '../../contract/workflow-settings.ts';
import {
  mostSpacingMs,
  mostUncountedMs,
  notifyingMs,
  outageNotifiedAfterMs,
  quietBeforeEndMs,
  reminderMs,
  reportedForMs,
  sameTroubleMs,
  spacingMs,
} from '../../names/clockwork.ts';
import { isAcknowledged } from './acknowledgement.ts';
import type { IncidentRecord, LastEnd, Report } from './incident-record.ts';
import { type IncidentFindings, incidentKinds } from './kinds.ts';

/** Settings of an earlier version may have more. */
const mostQuietMs = limits.longestQuietSeconds * 1000;

/** What to do about an open incident. */
export type IncidentStep =
  | 'nothing'
  /** Notify people that the incident was opened. */
  | 'open'
  | 'update'
  /** A silence that held a notification back has ended. */
  | 'summarise'
  | 'remind'
  /** A silence holds a notification back. */
  | 'hold'
  | 'resolve';

/**
 * Whether a report to an open incident is known already and need not be written: it contains nothing new, the last
 * report was a moment ago, and no notification was sent since.
 */
export function isReported(
  {
    reportedAt,
    notifiedAt,
    markedAt: lastMarkedAt = '',
    newestAt: lastNewestAt = '',
    acknowledged,
  }: IncidentRecord,
  { markedAt, newestAt, ...more }: Report,
  now: number,
): boolean {
  if (Object.keys(more).length > 0 || now - Date.parse(reportedAt) >= reportedForMs) return false;
  if (acknowledged) {
    // The first breach after an acknowledgement may end it.
    const isFirst = (at: string | undefined, last: string) =>
      at !== undefined && at > acknowledged.at && last <= acknowledged.at;
    if (isFirst(newestAt, lastNewestAt) || isFirst(markedAt, lastMarkedAt)) return false;
  }
  if (notifiedAt === undefined) return true;
  // After a notification the report is news again.
  return (
    notifiedAt < reportedAt && (lastMarkedAt > notifiedAt || markedAt === undefined || markedAt <= notifiedAt)
  );
}

/** Which round of the same trouble an incident is: 0 for the first or only one. */
export function roundOf({ openedAt }: Pick<IncidentRecord, 'openedAt'>, last: LastEnd | undefined): number {
  if (last === undefined) return 0;
  return Date.parse(openedAt) - Date.parse(last.resolvedAt) < sameTroubleMs ? last.round + 1 : 0;
}

/**
 * Whether an incident that is over stays open for now, so that people are not notified all day long that it is resolved
 * and opened again. The more rounds there were, the longer the calm must last, up to an hour. Trouble that comes
 * meanwhile is an update, and updates are spaced (P6).
 */
export function isEndHeld(
  { reportedAt }: Pick<IncidentRecord, 'reportedAt'>,
  round: number,
  now: number,
): boolean {
  const quietMs = round === 0 ? 0 : Math.min(quietBeforeEndMs * 2 ** Math.min(round, 12), sameTroubleMs);
  return now - Date.parse(reportedAt) < quietMs;
}

/** Decides what to do about an open incident. Pure: the same incident, counts and time give the same decision. */
export function decideIncident(
  incident: IncidentRecord,
  found: IncidentFindings,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
  now: number,
): IncidentStep {
  if (isSilenced) {
    if (isOver(incident, found, now)) return 'resolve';
    return incident.heldBack ? 'nothing' : 'hold';
  }
  const step = unsilenced(incident, found, settings, now);
  if (!incident.heldBack || incident.notified === 0 || step === 'resolve') return step;
  return isWrong(incident, found) || isRecovering(found) ? 'summarise' : 'nothing';
}

function unsilenced(
  incident: IncidentRecord,
  found: IncidentFindings,
  settings: NotificationSettings | undefined,
  now: number,
): IncidentStep {
  const quiet = settings?.quiet;
  if (incident.notified === 0) {
    // An item that progresses while people are being warned is not counted as stuck.
    const mayBeNothing = quiet || incident.heldBack || incidentKinds[incident.incidentKind].isOfStuck;
    if (mayBeNothing && !isWrong(incident, found)) {
      return isOver(incident, found, now) ? 'resolve' : 'nothing';
    }
    return now >= notifyAt(incident, found, quiet) && !isClaimed(incident, now) ? 'open' : 'nothing';
  }
  if (isOver(incident, found, now)) return 'resolve';
  const since = now - Date.parse(incident.notifiedAt ?? incident.openedAt);
  const isSpaced = since >= nextSpacingMs(incident, settings);
  if (!isWrong(incident, found)) {
    const isNews = isRecovering(found) && !incident.recovering?.items;
    return isNews && isSpaced ? 'update' : 'nothing';
  }
  if (hasChanged(incident, found)) {
    return isSpaced || hasGrown(incident, found.counts) ? 'update' : 'nothing';
  }
  const remindAfterMs = durationOr(settings?.reminder, reminderMs);
  return since >= remindAfterMs && !isAcknowledged(incident, found.counts) ? 'remind' : 'nothing';
}

/**
 * Whether counting can change what we do next. Until the spacing has passed, only "nothing left" matters, and a cheap
 * query finds that. Counting reads every breached item.
 */
export function needsCounts(
  incident: IncidentRecord,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
  now: number,
): boolean {
  const { notified, notifiedAt, heldBack, reportedAt } = incident;
  // In a silence that has held a notification back, only the end of the incident matters.
  if (isSilenced && heldBack) return false;
  if (notified === 0 || notifiedAt === undefined || heldBack || isSilenced) return true;
  // The first notification may have had the first few items of many.
  if (notified === 1 && reportedAt > notifiedAt) return true;
  const remindAfterMs = durationOr(settings?.reminder, reminderMs);
  const uncountedMs = Math.min(nextSpacingMs(incident, settings), remindAfterMs, mostUncountedMs);
  return now - Date.parse(notifiedAt) >= uncountedMs;
}

/** When the sweep notifies people that the incident was opened, in ms since the epoch, if nobody did. */
function notifyAt(
  { openedAt, outage }: IncidentRecord,
  { counts }: IncidentFindings,
  quiet: NotificationSettings['quiet'],
): number {
  const opened = Date.parse(openedAt);
  if (outage) return opened + outageNotifiedAfterMs;
  if (quiet === undefined) return opened;
  const { overdue, failed, notStarted = 0, warned = 0, stuck = 0, unreadable = 0 } = counts;
  const items = overdue + failed + notStarted + warned + stuck + unreadable;
  return quiet.items !== undefined && items >= quiet.items
    ? opened
    : opened + Math.min(durationOr(quiet.for, 0), mostQuietMs);
}

/** Whether the function that opens an incident may notify people at once. */
export function isNotifiedAtOnce(
  { outage }: IncidentRecord,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
): boolean {
  return outage === undefined && settings?.quiet === undefined && !isSilenced;
}

/**
 * Whether a function is about to send the next notification. A claim that is longer than any function makes comes from
 * a clock that was set back since, and does not count.
 */
export function isClaimed({ claimedUntil = '' }: Pick<IncidentRecord, 'claimedUntil'>, now: number): boolean {
  return claimedUntil > instant(now) && claimedUntil <= instant(now + 2 * notifyingMs);
}

/** If there are this many times more items than people were notified of, the update does not wait for its time. */
export const growth = 10;

/** Whether there are so many more items than people were notified of that the update is sent early. */
export function hasGrown({ counts: known }: IncidentRecord, counts: IncidentCounts): boolean {
  const before = known === undefined ? 0 : breachedIn(known);
  return before > 0 && breachedIn(counts) >= before * growth;
}

function breachedIn({ overdue, failed, notStarted = 0 }: IncidentCounts): number {
  return overdue + failed + notStarted;
}

function isWrong({ incidentKind }: IncidentRecord, { counts }: IncidentFindings): boolean {
  return incidentKinds[incidentKind].isWrong(counts);
}

function isRecovering({ resumed }: IncidentFindings): boolean {
  return resumed !== undefined && resumed.count > 0;
}

function isOver(
  { incidentKind, reportedAt, resumedAt = '' }: IncidentRecord,
  found: IncidentFindings,
  now: number,
): boolean {
  const last = resumedAt > reportedAt ? resumedAt : reportedAt;
  return incidentKinds[incidentKind].isOver(found, now - Date.parse(last));
}

function hasChanged(incident: IncidentRecord, { counts, outcomes }: IncidentFindings): boolean {
  const known = incident.counts;
  return (
    // A report after the last notification is a change even if the counts are equal: as many items may have been
    // resolved as were added. Exception: no outcome changed and every reported item was already breached when we
    // notified; then the notification counted it. A crash can lose an outcome, so equal outcomes alone prove nothing.
    (incident.reportedAt > (incident.notifiedAt ?? '') &&
      (outcomes === undefined ||
        (incident.markedAt ?? '') > (incident.notifiedAt ?? '') ||
        haveMore(incident.outcomes, outcomes))) ||
    known?.overdue !== counts.overdue ||
    known.failed !== counts.failed ||
    (known.notStarted ?? 0) !== (counts.notStarted ?? 0) ||
    (known.warned ?? 0) !== (counts.warned ?? 0) ||
    (known.stuck ?? 0) !== (counts.stuck ?? 0) ||
    (known.unreadable ?? 0) !== (counts.unreadable ?? 0)
  );
}

function haveMore(known: IncidentOutcomes | undefined, outcomes: IncidentOutcomes): boolean {
  const names = Object.keys(outcomes) as (keyof IncidentOutcomes)[];
  return names.some((name) => outcomes[name] !== (known?.[name] ?? 0));
}

/** The time from one notification to the next. It doubles with every update, up to an hour. */
function nextSpacingMs({ updates }: IncidentRecord, settings: NotificationSettings | undefined): number {
  const first = durationOr(settings?.spacing, spacingMs);
  return Math.max(first, Math.min(first * 2 ** Math.min(updates, 12), mostSpacingMs));
}

function durationOr(duration: number | string | undefined, otherwise: number): number {
  return (duration === undefined ? undefined : timeoutMs(duration)) ?? otherwise;
}
