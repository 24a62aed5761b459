import type { Shortfall } from '../../contract/incident.ts';
import { instant, timeoutMs } from '../../contract/time.ts';
import type { Expectation } from '../../contract/workflow.ts';
import { registrationsCountedMs, settingsKnownMs, windowJudgedMs } from '../../names/clockwork.ts';
import type { WardenOutage } from '../warden/warden-state.ts';
import type { WorkflowRecord } from './workflow-record.ts';

/** A window in which registrations are expected. Windows of a length are aligned to the epoch, UTC. */
export interface ExpectedWindow {
  /** Its length. */
  everyMs: number;
  /** How many windows of this length the epoch is away. */
  number: number;
  /** Its beginning (inclusive) and its end (exclusive), in ms since the epoch. */
  from: number;
  to: number;
}

/** The window of a time, in ms since the epoch. */
export function windowAt({ every }: Expectation, at: number): ExpectedWindow {
  // The contract accepts only durations.
  const everyMs = timeoutMs(every) ?? Number.NaN;
  const number = Math.floor(at / everyMs);
  return { everyMs, number, from: number * everyMs, to: (number + 1) * everyMs };
}

/** The last window whose registrations are all counted. */
export function lastWindow(expectation: Expectation, now: number): ExpectedWindow {
  const { from } = windowAt(expectation, now - registrationsCountedMs);
  return windowAt(expectation, from - 1);
}

/**
 * How many records share the counting, so that one DynamoDB item, which takes 1,000 writes a second, does not slow
 * down a burst. Counting ends at `atLeast`, so one record is enough for a few hundred.
 */
export function shardsOf({ atLeast }: Expectation): number {
  return Math.min(8, Math.ceil(atLeast / 500));
}

/**
 * Whether every registration of the window was counted, so that a shortfall is real: the window began after the
 * settings were known everywhere, and the warden had no outage in it. We remember only the last outage. If it began
 * after this window was judged, an outage inside the window may have been forgotten, so do not judge the window
 * again.
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
