import type { IncidentCounts, IncidentOutcomes } from '../../contract/incident.ts';
import { timeoutMs } from '../../contract/time.ts';
import type { NotificationSettings } from '../../contract/workflow.ts';
import {
  mostSpacingMs,
  mostUncountedMs,
  outageToldAfterMs,
  quietBeforeEndMs,
  reminderMs,
  reportedForMs,
  sameTroubleMs,
  spacingMs,
  tellingMs,
} from '../../names/clockwork.ts';
import type { IncidentRecord, LastEnd, Report } from './incident-record.ts';
import { type IncidentLook, incidentKinds } from './kinds.ts';

/** What is to be done about an open incident. */
export type IncidentStep =
  | 'nothing'
  /** Tell people that it was opened. */
  | 'open'
  | 'update'
  /** A silence has ended, which held something back. */
  | 'summarise'
  | 'remind'
  /** A silence holds back what is to be told. */
  | 'hold'
  | 'resolve';

/**
 * Whether a report to an open incident is known already, so that it need not be written: it brings nothing with it, the
 * last one was a moment ago, and what it is about was not notified of since.
 */
export function isReported(
  { reportedAt, notifiedAt, markedAt: lastMarkedAt = '' }: IncidentRecord,
  { markedAt, ...more }: Report,
  now: number,
): boolean {
  if (Object.keys(more).length > 0 || now - Date.parse(reportedAt) >= reportedForMs) return false;
  if (notifiedAt === undefined) return true;
  // After a notification the report is news again.
  return (
    notifiedAt < reportedAt && (lastMarkedAt > notifiedAt || markedAt === undefined || markedAt <= notifiedAt)
  );
}

/** Which round of the same trouble an incident is: 0 for the first, or the only one. */
export function roundOf({ openedAt }: Pick<IncidentRecord, 'openedAt'>, last: LastEnd | undefined): number {
  if (last === undefined) return 0;
  return Date.parse(openedAt) - Date.parse(last.resolvedAt) < sameTroubleMs ? last.round + 1 : 0;
}

/**
 * Whether an incident that is over stays open for now, lest people be told of an end and a beginning all day: the more
 * rounds there were, the longer it must have been quiet, up to an hour. What comes meanwhile is an update of it, and
 * those are spaced (P6).
 */
export function isEndHeld(
  { reportedAt }: Pick<IncidentRecord, 'reportedAt'>,
  round: number,
  now: number,
): boolean {
  const quietMs = round === 0 ? 0 : Math.min(quietBeforeEndMs * 2 ** Math.min(round, 12), sameTroubleMs);
  return now - Date.parse(reportedAt) < quietMs;
}

/** Decides what is to be done about an open incident. Pure: the same incident, look and time give the same answer. */
export function decideIncident(
  incident: IncidentRecord,
  look: IncidentLook,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
  now: number,
): IncidentStep {
  if (isSilenced) {
    if (isOver(incident, look, now)) return 'resolve';
    return incident.heldBack ? 'nothing' : 'hold';
  }
  const step = unsilenced(incident, look, settings, now);
  return incident.heldBack && incident.notified > 0 && step !== 'resolve' ? 'summarise' : step;
}

function unsilenced(
  incident: IncidentRecord,
  look: IncidentLook,
  settings: NotificationSettings | undefined,
  now: number,
): IncidentStep {
  const quiet = settings?.quiet;
  if (incident.notified === 0) {
    if (quiet && isOver(incident, look, now)) return 'resolve';
    return now >= tellAt(incident, look, quiet) ? 'open' : 'nothing';
  }
  if (isOver(incident, look, now)) return 'resolve';
  const since = now - Date.parse(incident.notifiedAt ?? incident.openedAt);
  if (hasChanged(incident, look)) {
    return since >= nextSpacingMs(incident, settings) ? 'update' : 'nothing';
  }
  const remindAfterMs = durationOr(settings?.reminder, reminderMs);
  return since >= remindAfterMs && !isAcknowledged(incident, look.counts) ? 'remind' : 'nothing';
}

/**
 * Whether an open incident's counts could decide anything. For a while after people were told of it they could not,
 * however they change, but for there being nothing left. Counting reads every item that is overdue or failed.
 */
export function needsCounts(
  incident: IncidentRecord,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
  now: number,
): boolean {
  const { notified, notifiedAt, heldBack } = incident;
  if (notified === 0 || notifiedAt === undefined || heldBack || isSilenced) return true;
  const remindAfterMs = durationOr(settings?.reminder, reminderMs);
  const uncountedMs = Math.min(nextSpacingMs(incident, settings), remindAfterMs, mostUncountedMs);
  return now - Date.parse(notifiedAt) >= uncountedMs;
}

/** When people are told that the incident was opened, in ms since the epoch, unless whoever opened it told them. */
function tellAt(
  { openedAt, outage }: IncidentRecord,
  { counts }: IncidentLook,
  quiet: NotificationSettings['quiet'],
): number {
  const opened = Date.parse(openedAt);
  if (outage) return opened + outageToldAfterMs;
  if (quiet === undefined) return opened + tellingMs;
  const items = counts.overdue + counts.failed + (counts.warned ?? 0) + (counts.unreadable ?? 0);
  return quiet.items !== undefined && items >= quiet.items ? opened : opened + durationOr(quiet.for, 0);
}

/** Whether people may be told at once by whoever opens an incident. */
export function isToldAtOnce(
  { outage }: IncidentRecord,
  settings: NotificationSettings | undefined,
  isSilenced: boolean,
): boolean {
  return outage === undefined && settings?.quiet === undefined && !isSilenced;
}

function isOver({ incidentKind, reportedAt }: IncidentRecord, look: IncidentLook, now: number): boolean {
  return incidentKinds[incidentKind].isOver(look, now - Date.parse(reportedAt));
}

function hasChanged(incident: IncidentRecord, { counts, outcomes }: IncidentLook): boolean {
  const told = incident.counts;
  return (
    // Reported since, though as many may have ended meanwhile. If none has, and all of it was overdue or failed when
    // people were told, it had been counted already. An end may be missing in the outcomes, so they alone are no proof.
    (incident.reportedAt > (incident.notifiedAt ?? '') &&
      (outcomes === undefined ||
        (incident.markedAt ?? '') > (incident.notifiedAt ?? '') ||
        haveMore(incident.outcomes, outcomes))) ||
    told?.overdue !== counts.overdue ||
    told.failed !== counts.failed ||
    (told.warned ?? 0) !== (counts.warned ?? 0) ||
    (told.unreadable ?? 0) !== (counts.unreadable ?? 0)
  );
}

function haveMore(told: IncidentOutcomes | undefined, outcomes: IncidentOutcomes): boolean {
  const names = Object.keys(outcomes) as (keyof IncidentOutcomes)[];
  return names.some((name) => outcomes[name] !== (told?.[name] ?? 0));
}

/** An acknowledgement holds until the incident changes for the worse. */
export function isAcknowledged(
  { acknowledged, reportedAt }: IncidentRecord,
  counts: IncidentCounts,
): boolean {
  return (
    acknowledged !== undefined &&
    reportedAt <= acknowledged.at &&
    counts.overdue + counts.failed <= acknowledged.overdue + acknowledged.failed
  );
}

/** From one notification to the next: doubling with every update, to an hour. */
function nextSpacingMs({ updates }: IncidentRecord, settings: NotificationSettings | undefined): number {
  const first = durationOr(settings?.spacing, spacingMs);
  return Math.max(first, Math.min(first * 2 ** Math.min(updates, 12), mostSpacingMs));
}

function durationOr(duration: number | string | undefined, otherwise: number): number {
  return (duration === undefined ? undefined : timeoutMs(duration)) ?? otherwise;
}
