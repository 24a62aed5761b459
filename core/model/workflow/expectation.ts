import type { Shortfall } from '../../contract/incident.ts';
import { instant, timeoutMs } from '../../contract/time.ts';
import type { Expectation } from '../../contract/workflow.ts';
import { registrationsCountedMs, settingsKnownMs, windowJudgedMs } from '../../names/clockwork.ts';
import type { WardenOutage } from '../warden/warden-state.ts';
import type { WorkflowRecord } from './workflow-record.ts';

/** A stretch of time in which so many registrations are expected. Windows of a length are aligned to the epoch, UTC. */
export interface ExpectedWindow {
  /** Its length. */
  everyMs: number;
  /** How many windows of this length the epoch is away. */
  number: number;
  /** Its beginning, which is in it, and its end, which is not, in ms since the epoch. */
  from: number;
  to: number;
}

/** The window that a time, in ms since the epoch, is in. */
export function windowAt({ every }: Expectation, at: number): ExpectedWindow {
  // The contract lets in nothing that is no duration.
  const everyMs = timeoutMs(every) ?? Number.NaN;
  const number = Math.floor(at / everyMs);
  return { everyMs, number, from: number * everyMs, to: (number + 1) * everyMs };
}

/** The last window of which all registrations are counted. */
export function lastWindow(expectation: Expectation, now: number): ExpectedWindow {
  const { from } = windowAt(expectation, now - registrationsCountedMs);
  return windowAt(expectation, from - 1);
}

/**
 * Records that share the counting, so that one DynamoDB item, which takes 1000 writes a second, does not hold up what
 * comes in a rush: counting ends at `atLeast`, so one is enough for a few hundred.
 */
export function shardsOf({ atLeast }: Expectation): number {
  return Math.min(8, Math.ceil(atLeast / 500));
}

/**
 * Whether everything that could have been registered in the window was counted, so that too few are too few: it began
 * after the settings had become known everywhere, and the warden was not away. Only its last outage is known. After
 * one that began when the window had been judged already, nobody knows of an earlier one any more, so the window is
 * not judged again.
 */
export function isWhollyCounted(
  { from, to }: ExpectedWindow,
  { settingsAt, firstSeenAt }: Pick<WorkflowRecord, 'settingsAt' | 'firstSeenAt'>,
  outage: WardenOutage | undefined,
): boolean {
  if (from < Date.parse(settingsAt ?? firstSeenAt) + settingsKnownMs) return false;
  if (outage === undefined || Date.parse(outage.to) <= from) return true;
  const away = Date.parse(outage.from);
  return away >= to && away < to + windowJudgedMs;
}

export function shortfallOf(
  { atLeast }: Expectation,
  { from, to }: ExpectedWindow,
  registered: number,
): Shortfall {
  return { atLeast, registered, from: instant(from), to: instant(to) };
}
