import { type Broken, type Evidence, isBreach, type Told } from './evidence.ts';
import { at, leastQuietMs, mostSkewMs } from './times.ts';

const hourMs = 3_600_000;
/** People get at most this many messages in a minute, over all workflows. */
const mostInMinute = 20;
/** A window in which the clocks of all functions see less than a minute, in milliseconds. */
const windowMs = 60_000 - 2 * mostSkewMs;
/** If there are this many times more items, the next update does not wait for its time. */
const growth = 10;

/** P6: few notifications, however many items expire. */
export function calm(evidence: Evidence): Broken[] {
  const first = firstTold(evidence.told);
  const incidents = Map.groupBy(first, ({ incident }) => incident);
  return [
    ...[...incidents.values()].flatMap((told) => tooSoon(evidence, told)),
    ...tooMany(evidence),
    ...inSilence(evidence, first),
    ...inSpiteOfAcknowledgement(evidence, first),
    ...first.flatMap((one) => endedTooSoon(evidence, one)),
  ];
}

function firstTold(told: readonly Told[]): Told[] {
  return [...Map.groupBy(told, ({ id }) => id).values()].flatMap(([first]) => (first ? [first] : []));
}

/** Updates come after 1, 2, 4 … times the spacing, and reminders after their time. */
function tooSoon(evidence: Evidence, told: readonly Told[]): Broken[] {
  let updates = 0;
  return told.flatMap((one, index): Broken[] => {
    const before = told[index - 1];
    if (before === undefined || one.event === 'resolved') return [];
    const { leastSpacingMs, leastReminderMs } = evidence.workflow(one.workflow);
    const spacing = Math.max(leastSpacingMs, Math.min(leastSpacingMs * 2 ** updates, hourMs));
    if (one.event === 'updated') updates++;
    const least = one.event === 'reminder' ? leastReminderMs : spacing;
    const isOwed = 'silenceEnded' in one.message || items(one) >= growth * items(before);
    // A function that stood still published after the time from which it counts.
    if (isOwed || one.at - before.since >= least - 2 * mostSkewMs) return [];
    const text = `${one.id} is ${one.event} at ${at(one.at)}, ${one.at - before.at} ms after ${before.id}; allowed are ${least} ms`;
    return [{ promise: 'P6', kind: 'wrong', text }];
  });
}

function items({ counts }: Told): number {
  return counts.overdue + counts.failed + (counts.notStarted ?? 0);
}

function tooMany({ ledger }: Evidence): Broken[] {
  // Without its record, each process has a budget of its own.
  if (ledger.faults.has('refused') || ledger.faults.has('reply lost')) return [];
  const ids = new Map<string, number>();
  for (const one of ledger.published)
    if (one.topic === 'people' && !ids.has(one.message.id)) ids.set(one.message.id, one.at);
  const times = [...ids.values()].sort((a, b) => a - b);
  const crowded = times.find(
    (time, index) => (times[index + mostInMinute] ?? Number.POSITIVE_INFINITY) - time < windowMs,
  );
  if (crowded === undefined) return [];
  return [
    {
      promise: 'P6',
      kind: 'wrong',
      text: `more than ${mostInMinute} notifications in the minute after ${at(crowded)}`,
    },
  ];
}

/** An incident of items ends only after a while without news. */
function endedTooSoon(evidence: Evidence, one: Told): Broken[] {
  if (one.event !== 'resolved' || !['overdue', 'not-started'].includes(one.kind)) return [];
  const heard = evidence.items.flatMap((item) =>
    item.heard.filter(({ event }) => isBreach(event) && event.incident === one.incident),
  );
  const last = Math.max(0, ...heard.map(({ since }) => since));
  if (one.at - last >= leastQuietMs) return [];
  const text = `${one.incident} is over at ${at(one.at)}, and an item was reported to it by a function that began at ${at(last)}`;
  return [{ promise: 'P6', kind: 'wrong', text }];
}

/** Functions that began in a silence do not notify people. */
function inSilence(evidence: Evidence, first: readonly Told[]): Broken[] {
  return first.flatMap((one): Broken[] => {
    const silence = evidence
      .workflow(one.workflow)
      .silences.find(
        ({ to, isCertain, end }) =>
          isCertain && one.since > end + 2 * mostSkewMs && one.at < to - 3 * mostSkewMs,
      );
    if (silence === undefined) return [];
    const text = `${one.id} at ${at(one.at)}, and ${one.workflow} is silenced from ${at(silence.from)} to ${at(silence.to)}`;
    return [{ promise: 'P6', kind: 'wrong', text }];
  });
}

/** No reminders once somebody works on the incident, unless further items were breached since. */
function inSpiteOfAcknowledgement(evidence: Evidence, first: readonly Told[]): Broken[] {
  return first.flatMap((one): Broken[] => {
    if (one.event !== 'reminder') return [];
    const acknowledged = evidence
      .workflow(one.workflow)
      .asked.findLast(
        ({ request, reply, end }) =>
          request.ask === 'acknowledge' &&
          reply?.status === 200 &&
          reply.json.id === one.incident &&
          end < one.since,
      );
    if (acknowledged === undefined) return [];
    // Also an item whose record could not be read later on.
    const isWorse = evidence.ledger.published.some(
      ({ topic, message, at: heardAt }) =>
        topic === 'machines' &&
        message.workflow === one.workflow &&
        isBreach(message) &&
        heardAt >= acknowledged.at - 2 * mostSkewMs,
    );
    if (isWorse) return [];
    const text = `${one.id} reminds at ${at(one.at)}, and ${one.incident} is acknowledged since ${at(acknowledged.end)}`;
    return [{ promise: 'P6', kind: 'wrong', text }];
  });
}
