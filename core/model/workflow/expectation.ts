import type { Expectation } from '../../contract/expectation.ts';
import type { Shortfall } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import { registrationsCountedMs, settingsKnownMs } from '../../names/clockwork.ts';
import type { WorkflowRecord } from './workflow-record.ts';

/** How many counts each `every` is divided into. A registration can count longer than asked, by up to one part. */
export const partsOfEvery = 24;

/**
 * How far back registrations are counted, in lengths of `every`: this covers the margin and the outages of the warden.
 */
export const mostEvery = 4;

/** A time in which registrations are counted together. It begins with `from` and ends before `to`, in ms since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** A part of `every`. Parts are aligned to the epoch. */
export interface CountedPart extends Span {
  everyMs: number;
  /** How many parts of this length the epoch is away. */
  number: number;
}

/** The registrations of a span. */
export interface Counted extends Span {
  count: number;
}

/** The contract accepts only durations. */
export function everyMsOf({ every }: Pick<Expectation, 'every'>): number {
  return timeoutMs(every) ?? Number.NaN;
}

/** The part of a time, in ms since the epoch. */
export function partAt(expectation: Pick<Expectation, 'every'>, at: number): CountedPart {
  const everyMs = everyMsOf(expectation);
  return partOf(everyMs, Math.floor((at * partsOfEvery) / everyMs));
}

export function partOf(everyMs: number, number: number): CountedPart {
  const edge = (of: number) => (of * everyMs) / partsOfEvery;
  return { everyMs, number, from: edge(number), to: edge(number + 1) };
}

/** How many records share the counting, because one DynamoDB item takes only 1,000 writes a second. */
export function shardsOf({ atLeast }: Expectation): number {
  return Math.min(8, Math.ceil(atLeast / 500));
}

/** The result of judging the registrations that a workflow expects. */
export type Judgement =
  /** There were enough registrations, so an open incident is over. */
  | { is: 'enough' }
  | { is: 'short'; shortfall: Shortfall }
  /** The expectation is younger than the time to be judged. */
  | { is: 'too early' }
  /** The warden was down for so long that the registrations cannot be judged. */
  | { is: 'not known' };

/**
 * Judges the time that ends now and is as long as `every` and its margin. It has no edges, so it needs no time zone and
 * no offset. The time of outages does not count, because nothing could be registered in it: the judged time begins
 * earlier by as much (P2). If a part of the counting overlaps the judged time, all its registrations count: the number
 * is never too low.
 *
 * @param counted registrations of the last `mostEvery` lengths of `every`, at least until there are enough
 * @param away the outages of the warden, in any order
 */
export function judge(
  expectation: Expectation,
  { settingsAt, firstSeenAt }: Pick<WorkflowRecord, 'settingsAt' | 'firstSeenAt'>,
  counted: readonly Counted[],
  away: readonly Span[],
  now: number,
): Judgement {
  // Registrations since then may not be counted yet.
  const to = now - registrationsCountedMs;
  const everyMs = everyMsOf(expectation);
  const judgedMs = everyMs + marginMs(expectation);
  const isEnough = (from: number) => registeredSince(counted, from) >= expectation.atLeast;
  if (isEnough(to - judgedMs)) return { is: 'enough' };
  const from = watchedFrom(away, to, judgedMs);
  if (isEnough(from)) return { is: 'enough' };
  if (from < Date.parse(settingsAt ?? firstSeenAt) + settingsKnownMs) return { is: 'too early' };
  if (from < to - mostEvery * everyMs) return { is: 'not known' };
  const { atLeast } = expectation;
  const awayMs = Math.round(to - judgedMs - from);
  return {
    is: 'short',
    shortfall: {
      atLeast,
      registered: registeredSince(counted, from),
      from: instant(from),
      to: instant(to),
      ...(awayMs > 0 && { awayMs }),
    },
  };
}

/**
 * How much later than `every` after the last registration the next may come: a tenth of `every` unless the settings say
 * otherwise.
 */
function marginMs({ every, margin }: Expectation): number {
  return (margin === undefined ? undefined : timeoutMs(margin)) ?? everyMsOf({ every }) / 10;
}

function registeredSince(counted: readonly Counted[], from: number): number {
  return counted.reduce((sum, { to, count }) => (to > from ? sum + count : sum), 0);
}

/** The time from which the warden was running for `ms` in total until `to`. */
function watchedFrom(away: readonly Span[], to: number, ms: number): number {
  let from = to - ms;
  for (const span of [...away].sort((one, other) => other.to - one.to)) {
    if (span.to <= from) break;
    // If two spans overlap, or a span is not over at `to`, more time is left out than was missed. That can only delay
    // an alert.
    from -= span.to - span.from;
  }
  return from;
}
